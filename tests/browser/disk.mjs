// A folder on disk, as tests have one: the browser's own, given out by the folder picker.

/** Puts files into a folder of the browser's own, and lets the picker give it out. */
export async function onDisk(page, files) {
  const picker = () => {
    window.showDirectoryPicker = async () => (await navigator.storage.getDirectory()).getDirectoryHandle("repo", { create: true });
  };
  await page.addInitScript(picker);
  await page.evaluate(picker);
  for (const [name, bytes] of files) await write(page, name, bytes);
}

/** Writes a file there, as another program would. */
export function write(page, name, bytes) {
  return page.evaluate(async ([name, bytes]) => {
    const parts = name.split("/");
    let folder = await window.showDirectoryPicker();
    for (const part of parts.slice(0, -1)) folder = await folder.getDirectoryHandle(part, { create: true });
    const stream = await (await folder.getFileHandle(parts.at(-1), { create: true })).createWritable();
    await stream.write(new Uint8Array(bytes));
    await stream.close();
  }, [name, [...Buffer.from(bytes)]]);
}

/** What is on disk, as name to bytes. */
export async function disk(page) {
  const entries = await page.evaluate(async () => {
    const found = [];
    const walk = async (folder, path) => {
      for await (const entry of folder.values()) {
        if (entry.kind === "directory") await walk(entry, `${path}${entry.name}/`);
        else found.push([path + entry.name, [...new Uint8Array(await (await entry.getFile()).arrayBuffer())]]);
      }
    };
    await walk(await window.showDirectoryPicker(), "");
    return found.sort();
  });
  return new Map(entries.map(([name, bytes]) => [name, Buffer.from(bytes)]));
}
