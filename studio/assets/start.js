// Loads the program; an address relative to this file, so that the site may live under any path.
import init from "./specfuse_studio.js";

// The text editor is fetched when a text is first shown.
globalThis.specfuseEditor = () => import("./editor.js");

function refuse(error) {
  const place = document.getElementById("studio");
  const words = document.createElement("p");
  words.setAttribute("role", "alert");
  words.textContent = `The studio could not start: ${error}. Reload the page; no file was changed.`;
  place.replaceChildren(words);
}

// For times without a network, and to be installed. Where that is not possible the studio works all the same.
function stay() {
  if ("serviceWorker" in navigator) navigator.serviceWorker.register("./sw.js").catch(() => {});
}

init().catch(refuse).then(stay);
