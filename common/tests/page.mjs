// Opens pages in a real Chromium and checks what a reader would: everything is there, pointing and keys work, nothing
// is asked of any network, nothing is complained about. Called by page.rs:
//   node page.mjs FOLDER-OF-PLAYWRIGHT CHROMIUM PAGE EXPECTED-LANES(JSON) [SCREENSHOT-PREFIX]
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [folder, chromium, page, expected, shots] = process.argv.slice(2);
const { chromium: driver } = createRequire(folder + "/")("playwright-core");
const lanes = JSON.parse(expected);
const fail = why => { throw new Error(why); };
const browser = await driver.launch({
  executablePath: chromium,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
try {
  const requests = [], complaints = [];
  const open = async options => {
    const context = await browser.newContext(options);
    const tab = await context.newPage();
    tab.on("request", r => { if (!/^(file|data):/.test(r.url())) requests.push(r.url()); });
    tab.on("console", m => { if (["error", "warning"].includes(m.type())) complaints.push(m.text()); });
    tab.on("pageerror", e => complaints.push(String(e)));
    const before = Date.now();
    await tab.goto(pathToFileURL(page).href);
    await tab.waitForFunction(() => window.timeline && document.title !== "timeline");
    await tab.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))));
    return { tab, took: Date.now() - before, context };
  };

  const { tab, took } = await open({ viewport: { width: 1280, height: 800 } });
  const shown = await tab.evaluate(() => window.timeline.lanes);
  for (const lane of lanes) if (!shown.includes(lane)) fail(`no lane ${lane} in ${shown}`);
  const table = await tab.locator("#spans tbody").innerText();
  const whole = await tab.locator("#more").isHidden();
  for (const lane of lanes) if (whole && !table.includes(lane)) fail(`lane ${lane} is not in the table`);
  if (!(await tab.locator("#verdict").innerText())) fail("no verdict");

  // No empty box below the picture: until a span is chosen, a line says how.
  const hint = tab.locator("#detail.none");
  if (!(await hint.innerText()).startsWith("Point at a span")) fail("nothing says how to choose a span");
  if ((await hint.evaluate(box => getComputedStyle(box).borderBottomColor)) !== "rgba(0, 0, 0, 0)") fail("an empty box");

  // Pointing at each of the first spans says what it is.
  const box = await tab.locator("#canvas").boundingBox();
  for (let lane = 0; lane < Math.min(4, shown.length); lane++) {
    const spot = await tab.evaluate(lane => window.timeline.place(lane, 0), lane).catch(() => null);
    if (!spot) continue;
    await tab.mouse.move(box.x + spot.x, box.y + spot.y);
    const detail = await tab.locator("#detail").innerText();
    if (!detail.startsWith(shown[lane]) || !/Starts at .* ms, takes .* ms, computing/.test(detail)) fail(`pointing at ${shown[lane]} says: ${detail}`);
  }

  // The keyboard does the same.
  await tab.locator("#canvas").focus();
  await tab.keyboard.press("Escape");
  await tab.keyboard.press("ArrowRight");
  if (!(await tab.locator("#detail").innerText()).startsWith(shown[0])) fail("the right arrow does not choose the first span");
  if (shown.length > 1) {
    await tab.keyboard.press("ArrowDown");
    if (!(await tab.locator("#detail").innerText()).startsWith(shown[1])) fail("the down arrow does not go to the next lane");
  }
  const [from, to] = await tab.evaluate(() => window.timeline.window());
  await tab.keyboard.press("+");
  const [from2, to2] = await tab.evaluate(() => window.timeline.window());
  if (!(to2 - from2 < to - from)) fail("plus does not zoom in");
  await tab.keyboard.press("PageDown");
  if (!((await tab.evaluate(() => window.timeline.window()))[0] > from2)) fail("page down does not move");
  await tab.keyboard.press("0");
  await tab.mouse.move(box.x + box.width / 2, box.y + 40);
  await tab.mouse.wheel(0, -300);
  await tab.waitForFunction(([from, to]) => { const [a, b] = window.timeline.window(); return b - a < to - from; }, [from, to]);
  await tab.locator("#all").click();
  const again = await tab.evaluate(() => window.timeline.window());
  if (again[0] !== from || again[1] !== to) fail("the whole run is not shown again");

  // The search finds the first lane's name, and a word that no span has not.
  if (whole) {
    await tab.locator("#search").fill(shown[0]);
    if (!/^[1-9]/.test(await tab.locator("#found").innerText())) fail("the search does not find the first lane");
    await tab.locator("#search").fill("no span has this");
    if (await tab.locator("#found").innerText() !== "0 found") fail("the search finds what is not there");
    await tab.locator("#search").fill("");
    await tab.locator("#longest").click();
    await tab.locator("#all").click();
  }

  // Something is drawn: not all of the canvas has one colour.
  const colours = await tab.evaluate(() => {
    const canvas = document.getElementById("canvas");
    const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data, seen = new Set();
    for (let i = 0; i < data.length; i += 4) seen.add(data[i] << 16 | data[i + 1] << 8 | data[i + 2]);
    return seen.size;
  });
  if (colours < 5) fail(`only ${colours} colours are drawn`);
  if (shots) await tab.screenshot({ path: shots + "-light.png", fullPage: true });

  for (const [name, options] of [["dark", { colorScheme: "dark", viewport: { width: 1280, height: 800 } }], ["phone", { viewport: { width: 390, height: 800 }, hasTouch: true, isMobile: true }]]) {
    const other = await open(options);
    const wide = await other.tab.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (wide > 0) fail(`${name}: the page is ${wide} pixels wider than the screen`);
    if (shots) await other.tab.screenshot({ path: `${shots}-${name}.png`, fullPage: name !== "phone" });
    await other.context.close();
  }
  if (requests.length) fail("it asks for " + requests);
  if (complaints.length) fail("it complains: " + complaints);
  const redraw = await tab.evaluate(() => { const start = performance.now(); window.dispatchEvent(new Event("beforeprint")); return performance.now() - start; });
  console.log(JSON.stringify({ opened_ms: took, redraw_ms: Math.round(redraw), lanes: shown.length }));
} finally {
  await browser.close();
}
