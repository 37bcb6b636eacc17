// What a browser can tell of a site that does not expect it: whether an answer came, and when.

const PATIENCE_MS = 8000;
const AT_ONCE = 6;
const VIOLATION_MS = 50;
const violated = new Set();

// A redirect to a site that the policy does not name ends in the same error as a dead network; only here it shows.
document.addEventListener("securitypolicyviolation", (event) => {
  if (event.effectiveDirective === "connect-src") {
    violated.add(URL.canParse(event.blockedURI) ? new URL(event.blockedURI).origin : "");
  }
});

async function attempt(site) {
  const began = performance.now();
  let outcome = "answered";
  try {
    await fetch(`${site.origin}/`, {
      method: "HEAD",
      mode: "no-cors",
      cache: "no-store",
      credentials: "omit",
      referrerPolicy: "no-referrer",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  } catch (problem) {
    outcome = problem.name === "TimeoutError" || problem.name === "AbortError" ? "timed-out" : "failed";
  }
  const took = performance.now() - began;
  if (outcome === "failed") {
    await new Promise((done) => setTimeout(done, VIOLATION_MS)); // a violation is told in a task of its own
    outcome = violated.has(site.origin) ? "elsewhere" : "failed";
  }
  return { host: site.host, port: Number(site.port), outcome, took_ms: Math.round(took * 10) / 10 };
}

// Every row with an origin, a few at a time.
export async function trySites(section) {
  const waiting = [...section.querySelectorAll("[data-origin]")].map((row) => ({ ...row.dataset }));
  const told = [];
  const next = async () => {
    for (let site = waiting.shift(); site; site = waiting.shift()) {
      told.push(await attempt(site));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
  return told;
}

export function tell(told) {
  return fetch("/browser", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(told),
  });
}

// Buttons that copy a text, shown only where a script can copy at all.
export function offerCopying() {
  for (const one of document.querySelectorAll("[data-copy][hidden]")) {
    one.hidden = false;
  }
}

async function copy(button) {
  const text = document.getElementById(button.dataset.copy);
  const told = document.getElementById("copied");
  try {
    await navigator.clipboard.writeText(text.value);
    told.textContent = told.dataset.done;
  } catch {
    text.focus();
    text.select();
    told.textContent = told.dataset.failed;
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) {
    copy(button);
  }
});
