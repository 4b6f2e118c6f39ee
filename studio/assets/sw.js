// Keeps the studio for times without a network. The build fills in what belongs to it; a new build has another
// version, is fetched beside the old one, and takes over once no page of the old one is open.
const version = "{{version}}";
const files = {{files}};
const name = `specfuse-studio-${version}`;

// One after the other, and not again what the browser has just fetched: the page's own requests come first.
async function keepAll() {
  const cache = await caches.open(name);
  for (const file of files) await cache.add(new Request(file, { cache: "no-cache" }));
}

self.addEventListener("install", (event) => event.waitUntil(keepAll()));

self.addEventListener("activate", (event) => {
  const isOld = (key) => key.startsWith("specfuse-studio-") && key !== name;
  event.waitUntil(caches.keys().then((keys) => Promise.all(keys.filter(isOld).map((key) => caches.delete(key)))));
});

self.addEventListener("fetch", (event) => {
  if (event.request.method !== "GET") return;
  const kept = caches.open(name).then((cache) => cache.match(event.request, { ignoreSearch: true }));
  event.respondWith(kept.then((answer) => answer ?? fetch(event.request)));
});
