// Sorts and filters the servers' table, which is complete without this.
(() => {
  "use strict";
  const page = document.documentElement;
  page.classList.add("js");
  for (const time of document.querySelectorAll("time")) {
    time.title = new Date(time.dateTime).toLocaleString();
  }
  const table = document.querySelector("table.servers");
  if (!table) return;

  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  const rows = [...body.rows].map((tr, place) => ({ tr, place, text: null }));
  const form = document.querySelector("form.tools");
  const { text, verdict, copy } = form.elements;
  const reset = form.querySelector("[type=reset]");
  const count = form.querySelector("output");
  const tiles = [...document.querySelectorAll("button[data-verdict]")];
  const none = document.getElementById("none");
  form.hidden = false;

  // Rows that are laid out as grids are no table to some browsers; see report.css.
  for (const [selector, role] of Object.entries({
    "": "table", "thead, tbody": "rowgroup", "tr": "row", "thead th": "columnheader", "tbody th": "rowheader", "td": "cell",
  })) {
    for (const part of selector ? table.querySelectorAll(selector) : [table]) part.setAttribute("role", role);
  }

  // Filtering: each word of the text somewhere in the row, and the verdict.
  const filter = () => {
    const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      row.text ??= [...row.tr.cells].map((cell) => cell.textContent).join("\n").toLowerCase();
      const fits = (!verdict.value || row.tr.dataset.v === verdict.value) && words.every((word) => row.text.includes(word));
      if (row.tr.hidden === fits) row.tr.hidden = !fits;
      shown += fits;
    }
    count.value = `${shown} of ${rows.length} shown`;
    none.hidden = shown > 0;
    reset.hidden = !words.length && !verdict.value;
    for (const tile of tiles) tile.setAttribute("aria-pressed", String(tile.dataset.verdict === verdict.value));
  };
  const clear = () => { text.value = ""; verdict.value = ""; filter(); text.focus(); };
  text.addEventListener("input", filter);
  verdict.addEventListener("change", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", (event) => { event.preventDefault(); clear(); });
  none.querySelector("button").addEventListener("click", clear);
  for (const tile of tiles) {
    tile.addEventListener("click", () => {
      verdict.value = verdict.value === tile.dataset.verdict ? "" : tile.dataset.verdict;
      filter();
      if (verdict.value) document.getElementById("servers").scrollIntoView();
    });
  }
  filter(); // a browser may have kept the fields over a reload

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
  heads.forEach((head, column) => head.firstElementChild.addEventListener("click", () => sort(column, head.getAttribute("aria-sort") === "ascending")));

  copy.addEventListener("click", async () => {
    const ids = [...body.rows].filter((tr) => !tr.hidden).map((tr) => tr.querySelector(".id")?.textContent ?? "").filter(Boolean).join("\n");
    try {
      await navigator.clipboard.writeText(ids);
    } catch {
      const field = document.createElement("textarea");
      field.value = ids;
      document.body.append(field);
      field.select();
      document.execCommand("copy");
      field.remove();
    }
    copy.textContent = "Copied";
    setTimeout(() => { copy.textContent = "Copy ids"; }, 1500);
  });
})();
