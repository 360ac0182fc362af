// Makes the pictures of the docs from real runs:
//   node docs/pictures/make.mjs FOLDER-OF-PLAYWRIGHT
// `bash .ci/run` installs what it needs (Debian's chromium, the npm package playwright-core) into target/browser.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = dirname(fileURLToPath(import.meta.url)), root = join(here, "../.."), folder = process.argv[2] ?? join(root, "target/browser");
const { chromium } = createRequire(folder + "/")("playwright-core");
const runs = [["lesson-01-threads", "spawn"], ["lesson-02-processes", "workers"], ["lesson-03-async", "gather"]];
const temporary = mkdtempSync(join(tmpdir(), "pictures-"));
const browser = await chromium.launch({ executablePath: process.env.COURSE_CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"] });
try {
  const tab = await browser.newPage({ viewport: { width: 900, height: 700 } });
  for (const [lesson, demo] of runs) {
    const page = join(temporary, demo + ".html");
    execFileSync("cargo", ["run", "-q", "-p", lesson, "--", demo, "--html", page], { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
    await tab.goto(pathToFileURL(page).href);
    await tab.waitForFunction(() => window.timeline);
    await tab.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))));
    await tab.locator("#view").screenshot({ path: join(here, demo + ".png") });
    console.log(join("docs/pictures", demo + ".png"));
  }
} finally {
  await browser.close();
  rmSync(temporary, { recursive: true });
}
