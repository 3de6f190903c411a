// The plain API of the server, and what every module needs of the page.

export const $ = (id) => document.getElementById(id);

// make builds an element. What people and the bot wrote only ever becomes text.
export const make = (tag, fields = {}, ...children) => {
  const { dataset, ...rest } = fields;
  const node = Object.assign(document.createElement(tag), rest);
  Object.assign(node.dataset, dataset || {});
  node.append(...children);
  return node;
};

// script tells a text's language, so that it is set and read aloud well.
export const script = (text) => (/[\u0900-\u097f]/.test(text) ? "hi" : "en");

export async function api(path, body) {
  const options = body === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const answer = await fetch("/api" + path, options);
  if (!answer.ok) throw new Error((await answer.text()).trim() || answer.statusText);
  return answer.json();
}

// attempt does something and says so where it fails.
export async function attempt(what) {
  try {
    const result = await what();
    tell("");
    return result;
  } catch (why) {
    tell(why instanceof TypeError ? "The demo does not answer. Is it still running?" : why.message);
    return undefined;
  }
}

export function tell(trouble) {
  $("trouble").textContent = trouble;
  $("trouble").hidden = !trouble;
}

export const bot = { username: "", name: "", hi: {}, en: {} };

// colour of somebody's initial, the same each time.
export const colour = (id) => `hsl(${(Number(id) * 47) % 360} 38% 46%)`;

export const face = (person) =>
  make("span", { className: "face", textContent: [...person.name][0] || "?", lang: script(person.name), style: `--tint: ${colour(person.order * 3)}`, ariaHidden: "true" });
