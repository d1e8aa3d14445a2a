// Opens pages in Chromium and prints what is wrong with them, a line each.
//
//   DESKQL_NODE_MODULES=DIR node check.mjs PAGE.html ..
//
// DIR has playwright-core and axe-core. pdftotext reads the printed pages where it is there.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { launch, modules } from './chromium.mjs';

const axe = readFileSync(join(modules, 'axe-core', 'axe.min.js'), 'utf8');

const WIDTHS = [360, 768, 1280];
const SCHEMES = ['light', 'dark'];
const PAPERS = ['A4', 'Letter'];
// Pages of a month with its appendix and its SQL.
const MOST_PAGES = 80;

const browser = await launch();
const folder = mkdtempSync(join(tmpdir(), 'deskql-pages-'));

const say = (place, problem) => console.log(`${place}: ${problem}`);

// A page with its messages and requests watched. Checks need scripts of their own, which the policy of the page bans.
async function open(path, place, options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.on('console', message => say(place, `console: ${message.text()}`));
  page.on('pageerror', error => say(place, `error: ${error.message}`));
  page.on('request', request => {
    const url = request.url();
    if (!url.startsWith('file:') && !url.startsWith('data:')) say(place, `request: ${url}`);
  });
  await page.goto(pathToFileURL(path).href);
  return { context, page };
}

const openDetails = page => page.evaluate(() => document.querySelectorAll('details').forEach(one => { one.open = true; }));

// Texts of a drawing lie inside of it and not upon each other.
function drawingFaults() {
  const found = [];
  const name = svg => svg.getAttribute('aria-label') ?? svg.querySelector('title')?.textContent ?? 'a drawing';
  for (const svg of document.querySelectorAll('svg')) {
    const frame = svg.getBoundingClientRect();
    if (frame.width === 0) continue;
    const texts = [...svg.querySelectorAll('text')].map(text => ({ words: text.textContent, box: text.getBoundingClientRect() }));
    const drawn = texts.filter(text => text.box.width > 0);
    for (const { words, box } of drawn) {
      const outside = Math.max(frame.left - box.left, box.right - frame.right, frame.top - box.top, box.bottom - frame.bottom);
      if (outside > 2) found.push(`"${words.slice(0, 40)}" lies ${outside.toFixed(0)} px outside of ${name(svg).slice(0, 60)}`);
    }
    for (const [place, one] of drawn.entries()) {
      for (const other of drawn.slice(place + 1)) {
        const wide = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
        const high = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
        // Boxes have the height of a line, letters less.
        if (wide > 2 && high > 5) found.push(`"${one.words.slice(0, 30)}" and "${other.words.slice(0, 30)}" overlap in ${name(svg).slice(0, 60)}`);
      }
    }
  }
  return found;
}

async function onScreen(path, width, colorScheme) {
  const place = `${basename(path)}, ${width} px, ${colorScheme}`;
  const { context, page } = await open(path, place, { viewport: { width, height: 800 }, colorScheme, bypassCSP: true });
  for (const isOpen of [false, true]) {
    if (isOpen) await openDetails(page);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    if (wide > width) say(place, `the page is ${wide} px wide${isOpen ? ' with its details open' : ''}`);
  }
  for (const fault of await page.evaluate(drawingFaults)) say(place, fault);
  await page.evaluate(axe);
  const result = await page.evaluate(() => window.axe.run({ resultTypes: ['violations'] }));
  for (const violation of result.violations) {
    const first = violation.nodes[0];
    say(place, `axe ${violation.id}, ${violation.nodes.length} times: ${first.html.slice(0, 160)}`);
  }
  await context.close();
}

async function onPaper(path, format) {
  const place = `${basename(path)}, ${format}`;
  const { context, page } = await open(path, place, { colorScheme: 'dark' });
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  // Definitions and statements stay in the file.
  const last = await page.evaluate(() => [...document.querySelectorAll('main h2')].filter(one => one.checkVisibility()).at(-1).textContent.trim());
  const state = await page.evaluate(() => ({
    isLight: getComputedStyle(document.documentElement).backgroundColor,
    cut: [...document.querySelectorAll('.drawing, .tile, tr')].filter(one => getComputedStyle(one).breakInside !== 'avoid').length,
  }));
  const [red, green, blue] = state.isLight.match(/\d+/g).map(Number);
  if (Math.min(red, green, blue) < 200 && state.isLight !== 'rgba(0, 0, 0, 0)') say(place, `prints on ${state.isLight}`);
  if (state.cut > 0) say(place, `${state.cut} drawings, tiles or rows may be cut`);
  const pdf = await page.pdf({ format, printBackground: true });
  const pages = pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0;
  if (pages < 1 || pages > MOST_PAGES) say(place, `${pages} pages`);
  const file = join(folder, 'page.pdf');
  writeFileSync(file, pdf);
  let words = null;
  try {
    words = execFileSync('pdftotext', [file, '-'], { maxBuffer: 1 << 28 }).toString();
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  const plain = text => text.replace(/\s+/g, ' ');
  if (words !== null && !plain(words).includes(plain(last))) say(place, `has no section "${last}"`);
  await context.close();
}

// As a reader opens it: the policy of the page itself is not violated by it, and a link to SQL opens its details.
async function asItIs(path) {
  const place = basename(path);
  const { context, page } = await open(path, place, {});
  const target = await page.evaluate(() => document.querySelector('a.sql')?.getAttribute('href'));
  if (target) {
    await page.goto(`${pathToFileURL(path).href}${target}`);
    const height = await page.evaluate(id => document.querySelector(id)?.getBoundingClientRect().height ?? 0, target);
    if (height === 0) say(place, `${target} leads to nothing that is seen`);
  }
  await context.close();
}

try {
  for (const given of process.argv.slice(2)) {
    const path = resolve(given);
    await asItIs(path);
    for (const width of WIDTHS) for (const scheme of SCHEMES) await onScreen(path, width, scheme);
    for (const format of PAPERS) await onPaper(path, format);
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
