// What the page does beside what htmx does: try the sites of each run once, and tell the server.

import { offerCopying, tell, trySites } from "./sites.js";

let tried = "";

async function settle() {
  offerCopying();
  const section = document.querySelector("#beside[data-run]");
  const run = section ? section.dataset.run : "";
  if (!run || run === tried || !section.querySelector("[data-origin]")) {
    return;
  }
  tried = run;
  await tell({ run: Number(run), sites: await trySites(section) });
}

function ended(whether) {
  document.getElementById("ended").hidden = !whether;
}

document.addEventListener("htmx:error", () => ended(true));
document.addEventListener("htmx:sse:error", () => ended(true));
document.addEventListener("htmx:sse:after:connection", () => ended(false));
document.addEventListener("htmx:after:swap", settle);
settle();
