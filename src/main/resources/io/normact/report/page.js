"use strict";
(() => {
  const data = JSON.parse(document.getElementById("report").textContent);
  // Of a pipeline with several stages, one at a time: the address says which.
  const stages = data.stages || [data];
  const chosen = () => {
    const match = /^#stage-(\d+)$/.exec(location.hash);
    return match ? Math.min(stages.length, Math.max(1, Number(match[1]))) - 1 : 0;
  };
  const stage = chosen();
  const report = stages[stage];
  const fitted = Boolean(report.model);
  const functionName = report.function;
  const root = document.documentElement;
  const byId = (id) => document.getElementById(id);
  const count = new Intl.NumberFormat("en");

  // Worst first, as in the library.
  const VERDICTS = ["mostly missing", "constant", "outside domain", "dead", "saturated",
    "drifted", "epsilon outweighs variance", "heavy tail", "mostly one value", "narrow output", "fine"];
  const last = (column) => column.after || column.before;
  const worst = (side) => side.findings[0];
  const inTrouble = (side) => worst(side).trouble;

  // Rows that are those of the fit have moved by nothing, and then nothing is shown of it.
  const moved = ({ drift }) => Boolean(drift)
    && (drift.shift !== 0 || drift.varianceRatio !== 1 || drift.psi > 0 || drift.outsideShare > 0);
  const anyMoved = report.columns.some(moved);

  /** An element; texts become text nodes, so that no name is ever read as markup. */
  function make(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }

  function percent(share) {
    if (share === null) return "–";
    if (share === 0 || share === 1) return share ? "100%" : "0%";
    if (share < 0.001) return "<0.1%";
    if (share > 0.999) return ">99.9%";
    return (share * 100).toFixed(share < 0.1 || share > 0.99 ? 1 : 0) + "%";
  }

  function number(x) {
    if (x === null || x === undefined) return "–";
    if (x === 0) return "0";
    const size = Math.abs(x);
    return size >= 1e-4 && size < 1e7 ? String(Number(x.toPrecision(4))) : x.toExponential(2);
  }

  function chip(finding) {
    const kind = finding.trouble ? "bad" : finding.verdict === "fine" ? "good" : "watch";
    return make("span", { class: "chip " + kind }, finding.verdict);
  }

  // Charts

  const charts = new Map();
  const palette = {};

  /** Read once a theme, since a style that is asked for between changes has to be computed anew. */
  function readPalette() {
    const style = getComputedStyle(root);
    for (const name of ["faint", "line", "bar", "curve"]) palette[name] = style.getPropertyValue("--" + name).trim();
  }

  /** Draws the shares of new values as bars, and of the fitted ones as outlines over them. */
  function drawBoth(place) {
    const { fitted: before, now } = place.data;
    const { from, to } = now;
    const shares = (h) => {
      const all = h.counts.reduce((sum, n) => sum + n, h.below + h.above);
      return h.counts.map((n) => n / all);
    };
    const width = (to - from) / now.counts.length;
    const middles = now.counts.map((_, i) => from + (i + 0.5) * width);
    const [old, recent] = [shares(before), shares(now)];
    const axis = { stroke: palette.faint, grid: { stroke: palette.line, width: 1 }, ticks: { show: false }, font: "12px system-ui, sans-serif" };
    const bars = uPlot.paths.bars({ size: [1] });
    charts.set(place, new uPlot({
      width: place.size.width,
      height: place.size.height,
      padding: [10, 12, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: { x: { time: false, range: [from, to] }, y: { range: [0, Math.max(...old, ...recent) * 1.05 || 1] } },
      axes: [{ ...axis, values: (self, values) => values.map(number), space: 60, size: 28 },
        { ...axis, values: (self, values) => values.map(percent), size: 56 }],
      series: [
        {},
        { paths: bars, fill: palette.bar, stroke: palette.bar, width: 0, points: { show: false } },
        { paths: bars, stroke: palette.curve, width: 1.5, points: { show: false } },
      ],
    }, [middles, recent, old], place));
  }

  /** Draws a histogram, and the function's curve over it if there is one. */
  function draw(place, large) {
    if (place.data.fitted) {
      drawBoth(place);
      return;
    }
    const { histogram, curve } = place.data;
    const { from, to, counts } = histogram;
    const width = (to - from) / counts.length;
    const middles = counts.map((_, i) => from + (i + 0.5) * width);
    const heights = curve ? curve.filter((y) => y !== null) : [];
    let low = Math.min(...heights);
    let high = Math.max(...heights);
    // A function that is flat here must look flat: its whole range is drawn where that is finite.
    if (report.infimum !== null && report.supremum !== null) [low, high] = [report.infimum, report.supremum];
    if (!(low < high)) [low, high] = [low - 1, high + 1];
    const room = (high - low) * 0.06;
    const axis = { stroke: palette.faint, grid: { stroke: palette.line, width: 1 }, ticks: { show: false }, font: "12px system-ui, sans-serif" };
    const ticks = (self, values) => values.map(number);
    const axes = large
      ? [{ ...axis, values: ticks, space: 60, size: 28 }, { ...axis, values: ticks, size: 56 },
        { ...axis, scale: "f", side: 1, values: ticks, size: 56, grid: { show: false }, show: Boolean(curve) }]
      : [{ show: false }, { show: false }];
    const chart = new uPlot({
      width: place.size.width,
      height: place.size.height,
      padding: large ? [10, 12, 0, 0] : [2, 0, 1, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: false, range: [from, to] },
        y: { range: [0, Math.max(1, ...counts) * 1.05] },
        f: { range: [low - room, high + room] },
      },
      axes,
      series: [
        {},
        { paths: uPlot.paths.bars({ size: [1] }), fill: palette.bar, stroke: palette.bar, width: 0, points: { show: false } },
        { scale: "f", show: Boolean(curve), pxAlign: 0, stroke: palette.curve, width: large ? 2 : 1.5, points: { show: false } },
      ],
    }, [middles, counts, curve || counts.map(() => null)], place);
    charts.set(place, chart);
  }

  function erase(place) {
    if (charts.has(place)) charts.get(place).destroy();
    charts.delete(place);
  }

  const setSize = (place, { width, height }) => { place.size = { width: Math.max(60, Math.floor(width)), height: Math.floor(height) }; };

  /** Draws charts anew or for the first time. All are measured before the first changes the page. */
  function drawAll(places) {
    places.forEach((place) => setSize(place, place.getBoundingClientRect()));
    for (const place of places) {
      erase(place);
      draw(place, place.large);
    }
  }

  const redraw = () => drawAll([...charts.keys()]);

  // A few charts a frame, so that scrolling never waits for them.
  const FRAME_MS = 6;
  const waiting = new Set();

  function drawSome() {
    const end = performance.now() + FRAME_MS;
    for (const place of waiting) {
      waiting.delete(place);
      draw(place, place.large);
      if (performance.now() > end) break;
    }
    if (waiting.size) requestAnimationFrame(drawSome);
  }

  // Only what is in sight, or soon will be, is drawn: thousands of canvases would fill the memory.
  const sight = new IntersectionObserver((entries) => {
    const idle = !waiting.size;
    for (const { target, isIntersecting, boundingClientRect } of entries) {
      setSize(target, boundingClientRect);
      if (!isIntersecting) {
        waiting.delete(target);
        erase(target);
      } else if (!charts.has(target)) {
        waiting.add(target);
      }
    }
    if (idle && waiting.size) requestAnimationFrame(drawSome);
  }, { rootMargin: "400px 200px" });

  function chart(histogram, curve, description, large) {
    return chartOf({ histogram, curve }, description, large);
  }

  function chartOf(shown, description, large) {
    const place = make("div", { class: "chart", role: "img", "aria-label": description });
    place.data = shown;
    place.large = large;
    sight.observe(place);
    return place;
  }

  function describe(column, when, side) {
    return `Values of ${column.name} ${when} from ${number(side.min)} to ${number(side.max)}, median `
      + `${number(side.median)}; ${column.function} is flat at ${percent(side.flatShare)} of them`;
  }

  // Table

  const missing = (column) => (column.rows ? (column.nulls + column.nans + column.infinities) / column.rows : 0);
  const severity = (side) => VERDICTS.indexOf(worst(side).verdict) - (side.flatShare || 0);

  function verdictCell(side) {
    const cell = make("td", { role: "cell" }, chip(worst(side)));
    const more = side.findings.length - 1;
    const drifted = side.findings.slice(1).find((f) => f.verdict === "drifted");
    if (drifted) cell.append(" ", chip(drifted));
    if (more > (drifted ? 1 : 0)) cell.append(" ", make("span", { class: "more" }, `+${more - (drifted ? 1 : 0)}`));
    return cell;
  }

  /** What to do about a side's worst finding, with a piece of spec where there is one. */
  function advice(finding) {
    const parts = [finding.advice];
    if (finding.spec) parts.push(" ", make("code", {}, finding.spec));
    return parts;
  }

  function adviceCell(side) {
    const fine = worst(side).verdict === "fine";
    return make("td", { class: "advice", role: "cell" }, ...(fine ? ["–"] : advice(worst(side))));
  }

  const numberCell = (text) => make("td", { class: "num", role: "cell" }, text);

  /** A number of standard deviations with its sign; one without an end where nothing varied then. */
  const deviations = (shift) => (shift === null ? "infinitely many σ" : (shift > 0 ? "+" : "") + Number(shift.toPrecision(2)) + " σ");

  function driftCell({ drift }) {
    if (!drift) return numberCell("–");
    return numberCell(drift.psi === undefined ? "mean " + deviations(drift.shift) : "PSI " + Number(drift.psi.toPrecision(2)));
  }

  const driftKey = ({ drift }) => (drift ? -(drift.drifted ? 1e9 : 0) - (drift.psi ?? Math.abs(drift.shift ?? 1e6)) : 1);

  /** Both sides' columns of the table: head, key to sort by, cell, width. */
  function side(name, label, when) {
    return [
      { head: "Verdict" + label, key: (c) => severity(c[name]), cell: (c) => verdictCell(c[name]), width: 14 },
      { head: "Flat" + label, key: (c) => -(c[name].flatShare || 0), cell: (c) => numberCell(percent(c[name].flatShare)), width: 9, number: true },
      { head: "Range used" + label, key: (c) => c[name].rangeInUse ?? 2, cell: (c) => numberCell(percent(c[name].rangeInUse)), width: 9, number: true },
      { head: `Input${label} and curve`, cell: (c) => make("td", { role: "cell" }, chart(c[name].input, c[name].curve, describe(c, when, c[name]), false)), width: 13 },
    ];
  }

  const heads = [
    { head: "Column", key: (c) => c.name, cell: nameCell, width: 16 },
    // What is still wrong comes first, and what to do about it.
    ...(fitted ? side("after", " after", "after normalisation").slice(0, 1) : side("before", "", "").slice(0, 1)),
    ...(anyMoved ? [{ head: "Drift", key: driftKey, cell: driftCell, width: 9, number: true }] : []),
    { head: "What to do", cell: (c) => adviceCell(last(c)), width: 22 },
    ...(fitted ? side("after", " after", "after normalisation").slice(1) : side("before", "", "").slice(1)),
    ...(fitted ? side("before", " before", "before normalisation") : []),
    { head: "Missing", key: (c) => -missing(c), cell: (c) => numberCell(percent(missing(c))), width: 8, number: true },
  ];

  function nameCell(column) {
    const button = make("button", { type: "button", class: "open", "aria-expanded": "false" }, make("span", {}, column.name));
    button.addEventListener("click", () => toggle(column, button));
    return make("th", { scope: "row", role: "rowheader" }, button);
  }

  const rows = report.columns.map((column) => {
    const row = make("tr", { role: "row" }, ...heads.map((head) => head.cell(column)));
    return { column, row, detail: null, name: column.name.toLowerCase() };
  });

  const sum = heads.reduce((all, head) => all + head.width, 0);
  byId("rows").parentElement.style.setProperty("--widths", heads.map((head) => `minmax(0, ${head.width}fr)`).join(" "));
  heads.forEach((head, i) => {
    const label = head.key ? make("button", { type: "button" }, head.head) : make("span", { class: "label" }, head.head);
    const cell = make("th", { scope: "col", role: "columnheader" }, label);
    if (head.number) cell.className = "num";
    cell.style.setProperty("--width", (100 * head.width) / sum + "%");
    if (head.key) {
      cell.setAttribute("aria-sort", "none");
      label.addEventListener("click", () => sortBy(i, cell.getAttribute("aria-sort") !== "ascending"));
    }
    byId("heads").append(cell);
  });

  function sortBy(index, ascending) {
    const { key } = heads[index];
    const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
    rows.sort((a, b) => (ascending ? 1 : -1) * compare(key(a.column), key(b.column)) || a.column.index - b.column.index);
    [...byId("heads").children].forEach((cell, i) => {
      if (heads[i].key) cell.setAttribute("aria-sort", i !== index ? "none" : ascending ? "ascending" : "descending");
    });
    place();
  }

  function place() {
    const all = document.createDocumentFragment();
    for (const { row, detail } of rows) {
      all.append(row);
      if (detail) all.append(detail);
    }
    byId("rows").append(all);
  }

  // Filter and search

  const filters = [["All columns", () => true]];
  if (fitted) {
    filters.push(["In trouble before", (c) => inTrouble(c.before)], ["In trouble after", (c) => inTrouble(c.after)],
      ["Recovered", (c) => inTrouble(c.before) && !inTrouble(c.after)]);
  } else {
    filters.push(["In trouble", (c) => inTrouble(c.before)]);
  }
  filters.push(["Worth a look", (c) => !inTrouble(last(c)) && worst(last(c)).verdict !== "fine"]);
  for (const verdict of VERDICTS) {
    const has = (c) => [c.before, last(c)].some((s) => s.findings.some((f) => f.verdict === verdict));
    if (report.columns.some(has)) filters.push([verdict[0].toUpperCase() + verdict.slice(1), has]);
  }
  filters.forEach(([label], i) => byId("filter").append(make("option", { value: i }, label)));

  function show() {
    const part = byId("search").value.trim().toLowerCase();
    const test = filters[byId("filter").value][1];
    let shown = 0;
    for (const { column, row, detail, name } of rows) {
      const visible = name.includes(part) && test(column);
      row.hidden = !visible;
      if (detail) detail.hidden = !visible;
      shown += visible;
    }
    byId("shown").textContent = `${count.format(shown)} of ${count.format(rows.length)} columns shown`;
  }

  byId("search").addEventListener("input", show);
  byId("filter").addEventListener("change", show);
  byId("controls").addEventListener("submit", (event) => event.preventDefault());

  // A section for each column

  function toggle(column, button) {
    const entry = rows.find((candidate) => candidate.column === column);
    if (entry.detail) {
      entry.detail.querySelectorAll(".chart").forEach((place) => { sight.unobserve(place); waiting.delete(place); erase(place); });
      entry.detail.remove();
      entry.detail = null;
    } else {
      entry.detail = detail(column);
      entry.row.after(entry.detail);
    }
    button.setAttribute("aria-expanded", String(Boolean(entry.detail)));
  }

  function detail(column) {
    const title = "column-" + column.index;
    const sides = make("div", { class: "sides" }, panel(column, column.before, fitted ? "Before" : "As it is"));
    if (fitted) sides.append(panel(column, column.after, "After normalisation"));
    if (moved(column)) sides.append(driftPanel(column));
    const section = make("section", { "aria-labelledby": title }, make("h2", { id: title }, column.name), sides, numbers(column));
    return make("tr", { class: "detail", role: "row" }, make("td", { colspan: heads.length, role: "cell", "aria-colspan": heads.length }, section));
  }

  function panel(column, side, title) {
    const findings = side.findings.map((finding) =>
      make("li", {}, chip(finding), " ", finding.reason, " ", make("strong", {}, ...advice(finding))));
    const outside = (h) => (h.below + h.above ? `; further out: ${count.format(h.below + h.above)}` : "");
    const input = make("figure", {}, chart(side.input, side.curve, describe(column, title.toLowerCase(), side), true),
      make("figcaption", {}, make("span", { class: "key" }), "input ", make("span", { class: "key line" }), column.function, outside(side.input)));
    const output = make("figure", {}, chart(side.output, null, `Outputs of ${column.function} for ${column.name}, from ${number(side.output.from)} to ${number(side.output.to)}`, true),
      make("figcaption", {}, make("span", { class: "key" }), "output of ", column.function, outside(side.output)));
    return make("div", { class: "side" }, make("h3", {}, title), make("ul", {}, ...findings), input, output);
  }

  /** New values over those of the fit. */
  function driftPanel({ name, drift }) {
    const moments = `Mean moved by ${deviations(drift.shift)} of the fit, variance times ${number(drift.varianceRatio)}.`;
    const panel = make("div", { class: "side drift" }, make("h3", {}, "Fitted and new"), make("p", {}, moments));
    if (drift.psi === undefined) {
      panel.append(make("p", {}, "The model keeps no histogram of the fit, so there is nothing more to compare with."));
      return panel;
    }
    const distances = `Population stability index ${number(drift.psi)} (0.1 stable, 0.25 changed), Jensen-Shannon distance `
      + `${number(drift.jensenShannon)} (from 0 to 1), ${percent(drift.outsideShare)} of the values outside of the fitted range.`;
    const further = (h) => (h.below + h.above ? ` (further out: ${count.format(h.below + h.above)})` : "");
    panel.append(make("p", {}, distances), make("figure", {},
      chartOf({ fitted: drift.fitted, now: drift.now }, `New values of ${name} over those of the fit. ${moments} ${distances}`, true),
      make("figcaption", {}, make("span", { class: "key" }), "new values", further(drift.now),
        make("span", { class: "key outline" }), "values of the fit", further(drift.fitted))));
    return panel;
  }

  function numbers(column) {
    const sides = fitted ? [column.before, column.after] : [column.before];
    const body = make("tbody");
    const line = (label, values) => body.append(make("tr", {}, make("th", { scope: "row" }, label), ...values.map(numberCell)));
    const lines = [["Mean", "mean"], ["Standard deviation", "standardDeviation"], ["Minimum", "min"], ["Lower quartile", "lowerQuartile"],
      ["Median", "median"], ["Upper quartile", "upperQuartile"], ["Maximum", "max"], ["Mean slope", "meanSlope"]];
    lines.forEach(([label, key]) => line(label, sides.map((s) => number(s[key]))));
    line("Flat slopes", sides.map((s) => percent(s.flatShare)));
    line("Slopes of exactly 0", sides.map((s) => percent(s.zeroSlopeShare)));
    line("Range in use", sides.map((s) => percent(s.rangeInUse)));
    const titles = fitted ? ["Before", "After"] : ["As it is"];
    const head = make("thead", {}, make("tr", {}, make("td"), ...titles.map((t) => make("th", { scope: "col", class: "num" }, t))));
    const counts = `${count.format(column.count)} values, ${count.format(column.nulls)} null, ${count.format(column.nans)} NaN, ${count.format(column.infinities)} infinite`
      + (column.skipped ? `, ${count.format(column.skipped)} skipped for another column.` : ".")
      + (column.rankError ? ` Quartiles and histograms: ranks within ${percent(column.rankError)}.` : "");
    const model = fitted ? make("p", {}, `Model: gamma ${number(column.fitted.gamma)}, beta ${number(column.fitted.beta)}, mean ${number(column.fitted.mean)}, variance ${number(column.fitted.variance)}.`) : "";
    return make("div", { class: "numbers" }, make("p", {}, counts), model, make("table", {}, head, body));
  }

  // Headline

  function headline() {
    const all = count.format(rows.length);
    const { troubleBefore, troubleAfter } = report;
    document.title = `normact report: ${troubleBefore} of ${rows.length} columns in trouble`;
    byId("headline").textContent = fitted
      ? `${count.format(troubleBefore)} of ${all} columns in trouble before normalisation, ${count.format(troubleAfter)} after`
      : `${count.format(troubleBefore)} of ${all} columns in trouble`;
    const how = fitted ? `, normalised with gamma and beta ${report.model.learn === "none" ? "as given" : "learned by " + report.model.learn}` : "";
    const weights = report.weightCol === undefined ? "" : `, weighted by ${report.weightCol}`;
    const skipped = report.skippedRows ? ` ${count.format(report.skippedRows)} of the rows are skipped, since a feature is null, NaN or infinite.` : "";
    byId("summary").textContent = `${report.function} over ${count.format(report.rows)} rows${weights}${how}.${skipped}`;
    const tile = (value, label, kind) => byId("tiles").append(make("div", { class: "tile " + kind }, make("b", {}, value), label));
    const kind = (n) => (n ? "bad" : "good");
    tile(count.format(troubleBefore), fitted ? "in trouble before" : "in trouble", kind(troubleBefore));
    if (fitted) tile(count.format(troubleAfter), "in trouble after", kind(troubleAfter));
    // Red only above the limit of the verdicts where a column is found to be flat, and green only
    // where none is: a function that is meant to be flat there is neither.
    const anyFlat = (side) => report.columns.some((c) => side(c).findings.some((f) => f.verdict === "dead" || f.verdict === "saturated"));
    const flatKind = (share, side) => (share === null || report.flatLimit === null ? "" : anyFlat(side) ? (share >= report.flatLimit ? "bad" : "")
      : share >= report.flatLimit ? "" : "good");
    tile(percent(report.flatBefore), fitted ? "of values flat before" : "of values flat", flatKind(report.flatBefore, (c) => c.before));
    if (fitted) tile(percent(report.flatAfter), "of values flat after", flatKind(report.flatAfter, last));
    const watch = rows.filter(({ column }) => !inTrouble(last(column)) && worst(last(column)).verdict !== "fine").length;
    tile(count.format(watch), fitted ? "worth a look after" : "worth a look", "");
    if (anyMoved) tile(count.format(report.columns.filter((c) => c.drift && c.drift.drifted).length), "drifted from the fit", "");
    const error = report.rankError ? `quartiles and histograms are those of a random sample of the rows, their ranks within ${percent(report.rankError)}, more where values are missing` : "quartiles and histograms are exact";
    const limit = report.flatLimit === null ? "It has no bound there, so no share of flat values is too much."
      : `A standard normal input is flat at ${percent(report.flatByNature)}; from ${percent(report.flatLimit)} on a column is in trouble.`;
    byId("note").textContent = `Flat: the slope of ${functionName} is below ${number(report.slopeThreshold)}. ${limit} Range used: from the 5th to the 95th percentile of the output. Counts and shares of slopes are exact, ${error}.`;
  }

  /** Where the report comes from, as far as whoever made it has said. */
  function provenance() {
    const place = byId("provenance");
    const all = Object.entries(data.provenance || {});
    place.hidden = !all.length;
    for (const [name, value] of all) place.append(make("div", {}, make("dt", {}, name), make("dd", {}, value)));
  }

  /** Columns that "*" does not mean; a few are shown at once. */
  function columnsLeftOut() {
    const columns = data.columnsLeftOut || [];
    const SHOWN = 10;
    const place = byId("columns-left-out");
    place.hidden = !columns.length;
    place.open = columns.length <= SHOWN;
    place.querySelector("summary").textContent = columns.length === 1
      ? "1 column is no number, and so no feature" : `${count.format(columns.length)} columns are no numbers, and so no features`;
    place.querySelector("ul").append(...columns.map(({ name, type }) => make("li", {}, `${name} (${type})`)));
  }

  function navigation() {
    if (data.stages === undefined) return;
    stages.forEach((each, i) => {
      const trouble = each.model ? each.troubleAfter : each.troubleBefore;
      const link = make("a", { href: "#stage-" + (i + 1) }, `${each.stage}: ${count.format(trouble)} in trouble`);
      if (i === stage) link.setAttribute("aria-current", "page");
      byId("stages").append(link);
    });
    byId("stages").hidden = false;
    byId("left-out").textContent = data.leftOut.join(" ");
    addEventListener("hashchange", () => { if (chosen() !== stage && location.hash.startsWith("#stage-")) location.reload(); });
  }

  // Light and dark

  const system = matchMedia("(prefers-color-scheme: dark)");
  function setTheme(dark) {
    root.dataset.theme = dark ? "dark" : "light";
    byId("theme").textContent = dark ? "Light" : "Dark";
    byId("theme").setAttribute("aria-label", dark ? "Change to light colours" : "Change to dark colours");
    readPalette();
    redraw();
  }
  byId("theme").addEventListener("click", () => setTheme(root.dataset.theme !== "dark"));
  system.addEventListener("change", () => setTheme(system.matches));

  // Paper shows all rows at once and is white; beyond a few hundred rows only what was in sight is drawn.
  const PRINTED = 400;
  let screenTheme;
  addEventListener("beforeprint", () => {
    screenTheme = root.dataset.theme;
    setTheme(false);
    const visible = [...document.querySelectorAll("#rows tr:not([hidden]) .chart")];
    drawAll(visible.slice(0, 2 * PRINTED));
  });
  addEventListener("afterprint", () => setTheme(screenTheme === "dark"));

  let resizing;
  addEventListener("resize", () => {
    clearTimeout(resizing);
    resizing = setTimeout(redraw, 150);
  });

  setTheme(system.matches);
  navigation();
  headline();
  provenance();
  columnsLeftOut();
  sortBy(1, true);
  show();
})();
