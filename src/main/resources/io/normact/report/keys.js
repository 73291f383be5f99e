"use strict";
(() => {
  // The section on keys of the stage that the page shows, as far as it has any.
  const data = JSON.parse(document.getElementById("report").textContent);
  const stages = data.stages || [data];
  const match = /^#stage-(\d+)$/.exec(location.hash);
  const byKey = stages[match ? Math.min(stages.length, Math.max(1, Number(match[1]))) - 1 : 0].byKey;
  if (!byKey) return;
  const place = document.getElementById("keys");
  const count = new Intl.NumberFormat("en");

  function make(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }

  function number(x) {
    if (x === null) return "–";
    const size = Math.abs(x);
    return size === 0 || (size >= 1e-4 && size < 1e7) ? String(Number(x.toPrecision(4))) : x.toExponential(2);
  }

  function table(heads, rows) {
    const head = make("tr", {}, ...heads.map((text, i) => make("th", { scope: "col", class: i ? "num" : "" }, text)));
    const body = rows.map(([name, ...cells]) =>
      make("tr", {}, make("th", { scope: "row" }, name), ...cells.map((cell) => make("td", { class: "num" }, cell))));
    return make("table", {}, make("thead", {}, head), make("tbody", {}, ...body));
  }

  function column(c) {
    const summary = `${c.name}: drifted in ${count.format(c.drifted)} of ${count.format(c.judged)} keys`
      + (c.belowMinCount ? `, ${count.format(c.belowMinCount)} more below minCount` : "")
      + (c.constant ? `, constant in ${count.format(c.constant)}` : "");
    const rows = c.worst.map((k) => [k.key, k.drifted ? "drifted" : "–", count.format(k.count), count.format(k.invalid),
      number(k.fittedMean), number(k.mean), number(k.shift), number(k.fittedDeviation), number(k.standardDeviation), number(k.varianceRatio)]);
    const heads = ["Key", "", "Values", "Invalid", "Mean in fit", "Mean now", "Shift", "Deviation in fit", "Deviation now", "Variance times"];
    const details = make("details", {}, make("summary", {}, summary), make("div", { class: "numbers" }, table(heads, rows)));
    details.open = c.drifted > 0;
    return details;
  }

  place.append(make("h2", { id: "keys-title" }, "By key"), make("p", {}, byKey.headline));
  if (byKey.unknown.length) {
    const rows = byKey.unknown.map((u) => [u.key, count.format(u.rows)]);
    place.append(make("details", {}, make("summary", {}, "Unknown keys with the most rows"),
      make("div", { class: "numbers" }, table(["Key", "Rows"], rows))));
  }
  const columns = [...byKey.columns].sort((a, b) => b.drifted - a.drifted || a.index - b.index);
  place.append(...columns.map(column));
  place.hidden = false;
})();
