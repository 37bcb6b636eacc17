// At the help desk: what this browser reaches, and what a reflector says arrived of it; the server puts it into words.

import { offerCopying, tell, trySites } from "./sites.js";

const PATIENCE_MS = 8000;
const PAD = 500; // a reflector never says more than it heard before a nonce is proven

function random(bytes) {
  return [...crypto.getRandomValues(new Uint8Array(bytes))].map((one) => one.toString(16).padStart(2, "0")).join("");
}

async function ask(origin, query) {
  const answer = await fetch(`${origin}/lineclear/1/${query}&pad=${"x".repeat(PAD)}`, {
    cache: "no-store",
    credentials: "omit",
    referrerPolicy: "no-referrer",
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  return answer.json();
}

async function reflected(origin) {
  if (!origin) {
    return null;
  }
  try {
    const [nonce, run] = [random(16), random(8)];
    const challenge = await ask(origin, `${nonce}?run=${run}`);
    const { seen } = await ask(origin, `${nonce}?run=${run}&prove=${challenge.prove}`);
    const { line = "", headers = [] } = seen.request ?? {};
    return {
      source: String(seen.source?.address ?? ""),
      line,
      headers: headers.map(({ name, value }) => [String(name), String(value)]),
    };
  } catch {
    return { source: "", line: "", headers: [] };
  }
}

async function visit() {
  const section = document.querySelector("#visitor[data-waiting]");
  if (!section) {
    return;
  }
  const [sites, seen] = await Promise.all([trySites(section), reflected(section.dataset.reflector)]);
  const answer = await tell({ sites, reflected: seen });
  if (answer.ok) {
    const made = document.createElement("template");
    made.innerHTML = await answer.text();
    section.replaceWith(made.content);
    document.getElementById("announce").textContent = document.querySelector("#visitor .meaning").textContent;
    offerCopying();
  }
}

visit();
