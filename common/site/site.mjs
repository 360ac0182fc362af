// Opens the built site in a real Chromium: searching finds a page, every embedded run draws its lanes, orders can be played with, nothing is asked of
// any network, nothing is complained about, and a phone in the dark can read it. Called by .ci/run:
//   node site.mjs FOLDER-OF-PLAYWRIGHT CHROMIUM FOLDER-OF-THE-SITE LEAST-RUNS
import { createServer } from "node:http";
import { createReadStream, existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { extname, join, normalize, relative } from "node:path";

const [folder, chromium, site, least] = process.argv.slice(2);
const { chromium: driver } = createRequire(folder + "/")("playwright-core");
const fail = why => { throw new Error(why); };
const kinds = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".png": "image/png", ".woff2": "font/woff2", ".json": "application/json" };
const server = createServer((request, answer) => {
  const path = normalize(join(site, decodeURIComponent(new URL(request.url, "http://x").pathname)));
  const file = existsSync(path) && statSync(path).isDirectory() ? join(path, "index.html") : path;
  if (!file.startsWith(site) || !existsSync(file)) { answer.writeHead(404).end(); return; }
  answer.writeHead(200, { "content-type": kinds[extname(file)] ?? "application/octet-stream" });
  createReadStream(file).pipe(answer);
});
await new Promise(done => server.listen(0, "127.0.0.1", done));
const origin = `http://127.0.0.1:${server.address().port}`;

const pages = [];
const walk = at => readdirSync(at, { withFileTypes: true }).forEach(entry => {
  const path = join(at, entry.name);
  if (entry.isDirectory()) { if (!["source", "runs"].includes(entry.name)) walk(path); }
  else if (entry.name.endsWith(".html") && !["toc.html", "404.html"].includes(entry.name)) pages.push(relative(site, path));
});
walk(site);

// Every link between pages leads somewhere.
for (const page of pages) {
  for (const [, link] of readFileSync(join(site, page), "utf8").matchAll(/<a [^>]*href="([^"#?]+)[^"]*"/g)) {
    if (/^[a-z]+:/.test(link)) continue;
    if (!existsSync(join(site, page, "..", link))) fail(`${page}: ${link} leads nowhere`);
  }
}

const browser = await driver.launch({
  executablePath: chromium,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
try {
  const complaints = [];
  const open = async options => {
    const context = await browser.newContext(options);
    const tab = await context.newPage();
    tab.on("request", r => { if (!/^(data|blob|about):/.test(r.url()) && !r.url().startsWith(origin)) complaints.push(`asks for ${r.url()}`); });
    tab.on("console", m => { if (m.type() === "error") complaints.push(`${tab.url()}: ${m.text()}`); });
    tab.on("pageerror", e => complaints.push(`${tab.url()}: ${e}`));
    return tab;
  };

  const tab = await open({ viewport: { width: 1280, height: 900 } });
  await tab.goto(`${origin}/index.html`);
  await tab.keyboard.press("s");
  await tab.locator("#mdbook-searchbar, #searchbar").first().pressSequentially("poison", { delay: 20 });
  const found = tab.locator("#mdbook-searchresults a, #searchresults a");
  await found.first().waitFor({ timeout: 10000 });
  const links = await found.evaluateAll(all => all.map(a => a.getAttribute("href")));
  if (!links.some(link => link.includes("01-threads/poison.html"))) fail(`"poison" finds ${links}`);

  let runs = 0;
  for (const page of pages.filter(page => readFileSync(join(site, page), "utf8").includes('<iframe class="run"'))) {
    if (page === "print.html") continue;
    await tab.goto(`${origin}/${page}`);
    for (const frame of await tab.locator("iframe.run").all()) {
      await frame.scrollIntoViewIfNeeded();
      const inside = await (await frame.elementHandle()).contentFrame();
      await inside.waitForFunction(() => window.timeline && window.timeline.lanes.length > 0, null, { timeout: 15000 });
      if (!(await frame.getAttribute("title"))) fail(`${page}: a run without a title`);
      runs += 1;
    }
  }
  // Orders to play with: a thread is chosen, and a fault is reached.
  await tab.goto(`${origin}/01-threads/race.html`);
  const orders = tab.locator("iframe.orders");
  await orders.scrollIntoViewIfNeeded();
  const inside = await (await orders.elementHandle()).contentFrame();
  await inside.waitForFunction(() => window.orders, null, { timeout: 15000 });
  await inside.locator("#ways button").first().click();
  if (await inside.evaluate(() => window.orders.path().length) !== 1) fail("no thread can be chosen in the orders of race");
  await inside.locator("#fault").click();
  if (!(await inside.locator("#where").innerText()).includes("lost update")) fail("the orders of race lead to no lost update");
  if (!(await orders.getAttribute("title"))) fail("orders without a title");

  if (runs < Number(least)) fail(`${runs} runs, ${least} were wanted`);

  const phone = await open({ viewport: { width: 390, height: 800 }, colorScheme: "dark" });
  for (const page of ["index.html", "01-threads/mutex.html", "05-choosing/scenarios.html", "daily.html"]) {
    await phone.goto(`${origin}/${page}`);
    const wide = await phone.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (wide > 1) fail(`${page} is ${wide} pixels wider than a phone`);
  }
  if (complaints.length) fail(complaints.slice(0, 8).join("\n"));
  console.log(`${pages.length} pages, ${runs} runs, search, links, phone and dark: well`);
} finally {
  await browser.close();
  server.close();
}
