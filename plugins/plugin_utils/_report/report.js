// What the page can do beyond being read: load itself again while the operation runs, copy names, sort and filter servers.
"use strict";
document.documentElement.classList.add("js"); // before the table is read, which is laid out by it
document.addEventListener("DOMContentLoaded", () => {
  for (const time of document.querySelectorAll("time")) {
    time.title = new Date(time.dateTime).toLocaleString();
  }

  const copy = async (button, text) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const field = document.createElement("textarea");
      field.value = text;
      document.body.append(field);
      field.select();
      document.execCommand("copy");
      field.remove();
    }
    button.dataset.label ??= button.textContent;
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = button.dataset.label; }, 1500);
  };
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button, document.getElementById(button.dataset.copy).textContent));
  }

  // What is to outlive a reload is kept in the address, from where it can also be shared: #find=...&verdict=...&sort=-wave
  let view = () => ({});
  const keep = () => {
    const told = String(new URLSearchParams(Object.entries(view()).filter(([, value]) => value)));
    if (!told && !location.hash.includes("=")) return;
    const focus = document.activeElement?.name === "text";
    try {
      history.replaceState({ focus }, "", location.href.split("#")[0] + (told && `#${told}`));
    } catch { /* a page without an address of its own */ }
  };

  const live = document.querySelector("[data-reload]");
  if (live) {
    const opened = Date.now();
    const drawn = Date.parse(live.dataset.drawn);
    let touched = 0;
    for (const kind of ["keydown", "pointerdown", "wheel", "touchmove"]) {
      addEventListener(kind, () => { touched = Date.now(); }, { capture: true, passive: true });
    }
    const look = () => {
      const age = Math.round((Date.now() - drawn) / 1000);
      if (age >= 0) {
        const told = live.querySelector(".age");
        told.hidden = false;
        const [unit, name] = [[86400, "days"], [3600, "h"], [60, "min"], [1, "s"]].find(([unit]) => age >= 2 * unit) ?? [1, "s"];
        told.textContent = `, ${Math.floor(age / unit)} ${name} ago`;
        live.querySelector(".stale").hidden = age < Number(live.dataset.stale);
      }
      // Nobody is torn away from what he types or reads.
      if (Date.now() - opened >= Number(live.dataset.reload) * 1000 && Date.now() - touched > 5000) {
        keep();
        location.reload();
      }
    };
    look();
    setInterval(look, 1000);
  }

  const table = document.querySelector("table.servers");
  if (!table) return;
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  const rows = [...body.rows].map((tr, place) => ({ tr, place, text: null }));
  const form = document.querySelector("form.tools");
  const { text, verdict, ids, names } = form.elements;
  const reset = form.querySelector("[type=reset]");
  const count = form.querySelector("output");
  const tiles = [...document.querySelectorAll("button[data-verdict]")];
  const none = document.getElementById("none");
  form.hidden = false;

  // Rows that are laid out as grids are no table to some browsers; see report.css. Done while there is nothing else to do.
  const be = (part, role) => part.setAttribute("role", role);
  be(table, "table");
  for (const group of [table.tHead, body]) be(group, "rowgroup");
  be(table.tHead.rows[0], "row");
  for (const head of heads) be(head, "columnheader");
  // A row's text, a line for each cell; name and id, or driver and firmware, are apart in it.
  const said = (cell) => cell.className === "wide" ? cell.textContent : [...cell.childNodes].map((part) => part.textContent).join(" ");
  const words = (row) => row.text ??= [...row.tr.cells].map((cell) => said(cell).replace(/\s+/g, " ").trim().toLowerCase()).join("\n");
  const idle = window.requestIdleCallback ?? ((act) => setTimeout(act, 50));
  const finish = (from) => {
    for (const row of rows.slice(from, from + 200)) {
      be(row.tr, "row");
      for (const cell of row.tr.cells) be(cell, cell.tagName === "TH" ? "rowheader" : "cell");
      words(row);
    }
    if (from + 200 < rows.length) idle(() => finish(from + 200));
  };
  idle(() => finish(0));
  // Of what a cell has to shorten, the whole.
  table.addEventListener("pointerover", (event) => {
    const code = event.target.closest?.("code");
    if (code) code.title = code.textContent;
  });

  // Filtering: the text as it stands somewhere in the row, or each of several in quotes; and the verdict.
  const phrases = (value) => [...value.toLowerCase().matchAll(/"([^"]*)"?|[^"]+/g)]
    .map((part) => (part[1] ?? part[0]).replace(/\s+/g, " ").trim()).filter(Boolean);
  const filter = () => {
    const wanted = phrases(text.value);
    let shown = 0;
    for (const row of rows) {
      const fits = (!verdict.value || row.tr.dataset.v === verdict.value) && wanted.every((phrase) => words(row).includes(phrase));
      if (row.tr.hidden === fits) row.tr.hidden = !fits;
      shown += fits;
    }
    count.value = `${shown} of ${rows.length} shown`;
    none.hidden = shown > 0;
    reset.hidden = !wanted.length && !verdict.value;
    for (const tile of tiles) tile.setAttribute("aria-pressed", String(tile.dataset.verdict === verdict.value));
  };
  const filtered = () => { filter(); keep(); };
  const clear = () => { text.value = ""; verdict.value = ""; filtered(); text.focus(); };
  const show = () => { filtered(); document.getElementById("servers").scrollIntoView(); };
  text.addEventListener("input", filtered);
  verdict.addEventListener("change", filtered);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", (event) => { event.preventDefault(); clear(); });
  none.querySelector("button").addEventListener("click", clear);
  for (const tile of tiles) {
    tile.addEventListener("click", () => {
      verdict.value = verdict.value === tile.dataset.verdict ? "" : tile.dataset.verdict;
      if (verdict.value) show(); else filtered();
    });
  }
  for (const button of document.querySelectorAll("[data-find]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      text.value = button.dataset.find && `"${button.dataset.find}"`;
      verdict.value = button.dataset.verdictOf ?? "";
      show();
    });
  }

  // Sorting: by the number in data-s where a cell has that, else by its first words; what is empty stays last both ways.
  const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  const key = (cell) => cell.dataset.s ? Number(cell.dataset.s) : cell.dataset.s ?? cell.firstChild?.textContent.trim() ?? "";
  const compare = (a, b) => typeof a === "number" && typeof b === "number" ? a - b : collator.compare(a, b);
  const sort = (column, down) => {
    const keyed = rows.map((row) => ({ row, key: key(row.tr.cells[column]) }));
    keyed.sort((a, b) => (a.key === "") - (b.key === "") || (down ? compare(b.key, a.key) : compare(a.key, b.key)) || a.row.place - b.row.place);
    body.replaceChildren(...keyed.map((item) => item.row.tr));
    heads.forEach((head, at) => at === column ? head.setAttribute("aria-sort", down ? "descending" : "ascending") : head.removeAttribute("aria-sort"));
  };
  heads.forEach((head, column) => head.firstElementChild.addEventListener("click", () => {
    sort(column, head.getAttribute("aria-sort") === "ascending");
    keep();
  }));

  const given = heads.find((head) => head.ariaSort)?.dataset.key;
  view = () => {
    const head = heads.find((one) => one.hasAttribute("aria-sort"));
    const by = (head.getAttribute("aria-sort") === "descending" ? "-" : "") + head.dataset.key;
    return { find: text.value, verdict: verdict.value, sort: by === given ? "" : by };
  };
  const restore = () => {
    const told = new URLSearchParams(location.hash.includes("=") ? location.hash.slice(1) : "");
    text.value = told.get("find") ?? "";
    verdict.value = told.get("verdict") ?? "";
    if (verdict.selectedIndex < 0) verdict.value = "";
    const by = told.get("sort") ?? "";
    const column = heads.findIndex((head) => head.dataset.key === by.replace("-", ""));
    if (column >= 0) sort(column, by.startsWith("-"));
    filter();
  };
  addEventListener("hashchange", () => { if (location.hash.includes("=")) restore(); });
  restore();
  if (history.state?.focus) text.focus({ preventScroll: true });

  const copied = (button, tell, between) => button.addEventListener("click", () => {
    const shown = [...body.rows].filter((tr) => !tr.hidden).map((tr) => tell(tr) ?? "").filter(Boolean);
    copy(button, [...new Set(shown)].join(between));
  });
  copied(ids, (tr) => tr.querySelector(".id")?.textContent, "\n");
  const plain = (name) => /^\w[\w.-]*$/.test(name) ? name : ""; // what --limit and a shell take for one word
  copied(names, (tr) => plain(tr.dataset.host ?? tr.querySelector("b")?.textContent ?? ""), ",");
});
