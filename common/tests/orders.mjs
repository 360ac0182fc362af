// Opens a page of `check --orders` in a real Chromium and does what a reader would: goes forward and back by keys and by
// pointing, to a fault and through every end. Nothing is asked of any network, nothing is complained about, and a phone in
// the dark can read it. Called by .ci/run and by lesson 01's test of `check`:
//   node orders.mjs FOLDER-OF-PLAYWRIGHT CHROMIUM PAGE FAULT [SCREENSHOT-PREFIX]
// FAULT is the kind of the bad ends, or "none".
import { statSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [folder, chromium, page, fault, shots] = process.argv.slice(2);
const { chromium: driver } = createRequire(folder + "/")("playwright-core");
const fail = why => { throw new Error(why); };
if (statSync(page).size >= 2 << 20) fail(`${page} has ${statSync(page).size} bytes`);
const browser = await driver.launch({
  executablePath: chromium,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
try {
  const complaints = [];
  const open = async options => {
    const tab = await (await browser.newContext(options)).newPage();
    tab.on("request", r => { if (!/^(file|data):/.test(r.url())) complaints.push(`asks for ${r.url()}`); });
    tab.on("console", m => { if (["error", "warning"].includes(m.type())) complaints.push(m.text()); });
    tab.on("pageerror", e => complaints.push(String(e)));
    await tab.goto(pathToFileURL(page).href);
    await tab.waitForFunction(() => window.orders);
    return tab;
  };

  const tab = await open({ viewport: { width: 1280, height: 800 }, colorScheme: "light" });
  const steps = () => tab.evaluate(() => window.orders.path().length);
  const end = () => tab.evaluate(() => { const { data, here } = window.orders; return data.states[here()].end ?? null; });
  const where = () => tab.locator("#where").innerText();
  const states = await tab.evaluate(() => window.orders.data.states.length);
  if (await tab.locator("#map circle").count() !== states) fail(`${states} states are not drawn`);
  const [good, bad] = await tab.evaluate(() => { const { data, ends } = window.orders; return [ends[0].good, ends[0].bad, data.is_all]; });
  if (!(await tab.locator("#about").innerText()).match(fault === "none" ? /None ends badly/ : /ends? badly/)) fail("the head does not say how it ends");

  // Forward by key until the end, and back again: the same states.
  const seen = [];
  while (!(await end())) {
    if (!(await tab.locator("#map circle.now").count())) fail("the state is not marked");
    if (!(await tab.locator("#ways button").count())) fail("there is nothing to choose");
    seen.push(await tab.locator("#state").innerText());
    await tab.keyboard.press("ArrowRight");
    if (seen.length > 1000) fail("it does not end");
  }
  if (await tab.locator("#map path.taken").count() !== seen.length) fail("the way is not marked");
  if (!(await where()).includes("the same again: cargo run -p ")) fail("the end does not say how to see it again");
  for (const state of seen.reverse()) {
    await tab.keyboard.press("ArrowLeft");
    if (await tab.locator("#state").innerText() !== state) fail("a step back does not lead back");
  }
  await tab.keyboard.press("1");
  if (await steps() !== 1) fail("1 does not choose");
  await tab.keyboard.press("b");
  if (await steps() !== 0) fail("b does not go back");
  await tab.locator("#ways button").last().click();
  if (await steps() !== 1) fail("a button does not choose");
  await tab.keyboard.press("Home");
  if (await steps() !== 0) fail("Home does not lead to the start");
  if (!(await tab.locator("#source .now").count())) fail("no line of the source is marked");

  // To a fault, where there is one; the branches that lead there are marked.
  if (fault === "none") {
    if (bad || !(await tab.locator("#fault").isDisabled())) fail("there is a fault");
  } else {
    if (!(await tab.locator("#ways .bad").count())) fail("no branch is marked as a bad one");
    await tab.keyboard.press("f");
    if (await end() !== fault) fail(`f leads to ${await end()}`);
    if (!(await where()).startsWith(`the end: ${fault}`)) fail(await where());
    if (shots) await tab.screenshot({ path: `${shots}-fault.png`, fullPage: true });
  }

  // Every end says what it is, and is marked as that.
  const ends = await tab.evaluate(() => window.orders.data.states.flatMap((state, at) => state.end ? [[at, state.end]] : []));
  if (ends.length !== await tab.locator("#map text").count()) fail("not every end is marked");
  for (const [at, kind] of ends.slice(0, 100)) {
    await tab.locator("#map circle").nth(at).evaluate(circle => circle.onclick());
    const said = await where();
    if (kind === "solved" ? !said.startsWith("the end: all is well") : !said.startsWith(`the end: ${kind}`)) fail(`${kind}: ${said}`);
    if (kind !== "solved" && kind !== fault) fail(`${fault} was expected, and there is ${kind}`);
  }

  const phone = await open({ viewport: { width: 390, height: 800 }, colorScheme: "dark" });
  const wide = await phone.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (wide > 1) fail(`${wide} pixels wider than a phone`);
  const back = tab => tab.evaluate(() => getComputedStyle(document.body).backgroundColor);
  if (await back(phone) === await back(tab)) fail("the dark is as light as the light");
  await phone.locator("#forward").click();
  if (await phone.evaluate(() => window.orders.path().length) !== 1) fail("the forward button does not go forward");
  if (shots) await phone.screenshot({ path: `${shots}-phone.png`, fullPage: true });
  if (complaints.length) fail(complaints.join("\n"));
  console.log(`${page}: ${states} states, ${good} orders end well, ${bad} badly`);
} finally {
  await browser.close();
}
