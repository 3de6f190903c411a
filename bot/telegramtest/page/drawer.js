// Behind the chat, for engineers: where the conversation stands in its flow, and
// what passed between Telegram and the bot.
import { $, make, api, attempt } from "./api.js";

const svg = (tag, attributes, ...children) => {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
};

export class Drawer {
  constructor() {
    this.pane = null;
  }

  show(pane) {
    this.pane = this.pane === pane ? null : pane;
    $("drawer").hidden = !this.pane;
    document.body.classList.toggle("inspecting", Boolean(this.pane));
    if (!this.pane) return;
    this.last = 0;
    this.path = [];
    this.chart = make("div", { className: "chart" });
    this.steps = make("ol", { className: "steps", ariaLabel: "calls" });
    $("drawer").replaceChildren(
      make("header", {}, make("b", { textContent: "Behind the chat" }), make("span", { textContent: pane.person.name }),
        make("button", { type: "button", className: "icon", textContent: "✕", ariaLabel: "close", onclick: () => this.show(pane) })),
      this.chart, this.steps);
    this.refresh(pane);
  }

  // refresh brings what is new of a person who is looked at.
  async refresh(pane) {
    if (pane !== this.pane) return;
    const news = await attempt(() => api(`/people/${pane.person.id}/steps?after=${this.last}`));
    if (!news || pane !== this.pane) return;
    for (const step of news.steps) {
      this.last = Math.max(this.last, step.id);
      this.steps.prepend(drawStep(step));
    }
    if (news.stands) this.draw(news.stands);
  }

  draw(stands) {
    if (!stands.flow) {
      this.chart.replaceChildren(make("p", { className: "hint", textContent: "No conversation yet." }));
      return;
    }
    if (this.path.at(-1) !== stands.state) this.path.push(stands.state);
    const trail = make("p", { className: "trail" }, make("b", { textContent: stands.flow }), " ");
    for (const [i, state] of this.path.slice(-6).entries()) trail.append(i ? " → " : "", make("span", { textContent: state }));
    const ways = stands.moves.filter(([from]) => from === stands.state);
    const out = make("ul", { className: "ways" }, ...ways.map(([, on, to]) => make("li", {}, make("i", { textContent: on }), " → ", make("b", { textContent: to }))));
    this.chart.replaceChildren(trail, diagram(stands, this.path.at(-2)), make("details", {}, make("summary", { textContent: `ways on from ${stands.state}: ${ways.length}` }), out));
  }
}

// diagram draws a flow by layers: as many moves from its beginning, so far down.
function diagram({ first, state, moves }, before) {
  const depth = new Map([[first, 0]]);
  for (const queue = [first]; queue.length;) {
    const from = queue.shift();
    for (const [a, , b] of moves) {
      if (a === from && !depth.has(b)) {
        depth.set(b, depth.get(a) + 1);
        queue.push(b);
      }
    }
  }
  const rows = [];
  for (const [name, d] of depth) {
    let row = d;
    while (rows[row]?.length >= 4) row += 1; // four stand beside each other
    (rows[row] ||= []).push(name);
  }
  const width = 420, height = 46, wide = 92, tall = 24;
  const at = new Map();
  const full = rows.filter(Boolean);
  full.forEach((row, y) => row.forEach((name, x) => at.set(name, { x: ((x + 0.5) * width) / row.length, y: 22 + y * height })));
  const edges = svg("g", { class: "edges" });
  const nodes = svg("g", { class: "nodes" });
  const drawn = new Set();
  for (const [a, on, b] of moves) {
    const from = at.get(a), to = at.get(b);
    if (!from || !to || a === b || drawn.has(a + ">" + b)) continue;
    drawn.add(a + ">" + b);
    const bend = (from.y === to.y ? -26 : 0) + (to.x - from.x) * 0.1;
    const path = `M${from.x} ${from.y} Q${(from.x + to.x) / 2 + bend} ${(from.y + to.y) / 2 + bend} ${to.x} ${to.y}`;
    const kind = a === before && b === state ? "came" : a === state ? "leads" : "";
    edges.append(svg("path", { d: path, class: kind }, svg("title", {}, `${a} — ${on} → ${b}`)));
  }
  edges.append(...edges.querySelectorAll(".leads, .came")); // above the others
  for (const [name, { x, y }] of at) {
    nodes.append(svg("g", { class: name === state ? "here" : "", transform: `translate(${x} ${y})` },
      svg("rect", { x: -wide / 2, y: -tall / 2, width: wide, height: tall, rx: 12 }), svg("text", { y: 4 }, name)));
  }
  return svg("svg", { viewBox: `0 0 ${width} ${full.length * height}`, role: "img", "aria-label": `the flow; it stands at ${state}` }, edges, nodes);
}

function drawStep(step) {
  const details = make("details", {}, make("summary", {},
    make("span", { className: step.to_bot ? "way in" : "way", textContent: step.to_bot ? "→ bot" : step.inside ? "⇠ response" : "← call" }),
    make("b", { textContent: step.name }), make("span", { className: "ms", textContent: `${step.ms.toFixed(1)} ms` }),
    make("span", { className: step.error ? "fault" : "fine", textContent: step.error ? "✕" : "✓" })));
  if (step.error) details.append(make("p", { className: "fault", textContent: step.error }));
  details.append(make("pre", { textContent: JSON.stringify(step.body, null, 2) }));
  return make("li", {}, details);
}
