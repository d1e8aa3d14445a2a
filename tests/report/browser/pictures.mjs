// Takes pictures of pages as a phone, a desktop and paper show them, and prints a line for each that is not as it is
// kept in FOLDER.
//
//   DESKQL_NODE_MODULES=DIR node pictures.mjs FOLDER NEW PAGE.html ..
//
// NEW gets every picture that was taken, and beside one that differs another with the places in red. All letters are
// of one font, that of the package, so that lines break in the same places on every machine.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { launch, modules, require } from './chromium.mjs';

const { PNG } = require('pngjs');
const { default: pixelmatch } = await import(pathToFileURL(join(modules, 'pixelmatch', 'index.js')).href);

// CSS pixels of the window, and how many of the picture stand for one.
const SCREENS = { phone: { width: 360, scale: 0.5 }, desktop: { width: 1280, scale: 0.4 } };
const PAPER_DOTS_PER_INCH = 60;
// Share of the pixels of a band that may be of another colour, for what versions of Chromium draw differently. Bands,
// because a figure that is gone is little of a long page.
const TOLERANCE = 0.01;
const BAND = 200;
// How far two colours may be apart, of 1: shades at the edges of letters do not count.
const THRESHOLD = 0.2;

const [kept, taken, ...pages] = process.argv.slice(2).map(one => resolve(one));

const font = weight => {
  const file = weight === 'bold' ? 'DejaVuSans-Bold.ttf' : 'DejaVuSans.ttf';
  const data = readFileSync(join(modules, 'dejavu-fonts-ttf', 'ttf', file)).toString('base64');
  return `@font-face { font-family: kept; font-weight: ${weight}; src: url(data:font/ttf;base64,${data}); }`;
};
const FONTS = `${font('normal')} ${font('bold')} * { font-family: kept !important; }`;

async function onScreen(browser, path, name, { width, scale }) {
  const context = await browser.newContext({ viewport: { width, height: 800 }, deviceScaleFactor: scale, colorScheme: 'light', bypassCSP: true });
  const page = await opened(context, path);
  const picture = await page.screenshot({ fullPage: true });
  await context.close();
  return [[name, picture]];
}

async function onPaper(browser, path, name) {
  const context = await browser.newContext({ bypassCSP: true });
  const page = await opened(context, path);
  const file = join(taken, `${name}.pdf`);
  writeFileSync(file, await page.pdf({ format: 'A4', printBackground: true }));
  await context.close();
  execFileSync('pdftoppm', ['-r', `${PAPER_DOTS_PER_INCH}`, '-png', file, join(taken, name)]);
  rmSync(file);
  const drawn = readdirSync(taken).filter(one => one.startsWith(`${name}-`)).sort();
  return drawn.map(one => [basename(one, '.png'), readFileSync(join(taken, one))]);
}

async function opened(context, path) {
  const page = await context.newPage();
  await page.goto(pathToFileURL(path).href);
  await page.addStyleTag({ content: FONTS });
  await page.evaluate(() => document.fonts.ready);
  return page;
}

// In 6 shades of each colour, which make small files.
function smaller(picture) {
  const image = PNG.sync.read(picture);
  image.data.forEach((value, place) => { image.data[place] = Math.round(value / 51) * 51; });
  return PNG.sync.write(image, { colorType: 2, deflateLevel: 9 });
}

// What differs, in words; null where nothing does.
function difference(name, picture) {
  const file = join(kept, `${name}.png`);
  if (!existsSync(file)) return 'is new';
  const [before, now] = [PNG.sync.read(readFileSync(file)), PNG.sync.read(picture)];
  const size = one => `${one.width} by ${one.height}`;
  if (size(before) !== size(now)) return `has ${size(now)} pixels and had ${size(before)}`;
  const marks = new PNG({ width: now.width, height: now.height });
  const faults = [];
  for (let top = 0; top < now.height; top += BAND) {
    const rows = Math.min(BAND, now.height - top);
    const band = image => image.data.subarray(top * now.width * 4, (top + rows) * now.width * 4);
    const count = pixelmatch(band(before), band(now), band(marks), now.width, rows, { threshold: THRESHOLD });
    const share = count / (now.width * rows);
    if (share > TOLERANCE) faults.push(`${(100 * share).toFixed(1)} % of its pixels from row ${top} on`);
  }
  if (faults.length === 0) return null;
  writeFileSync(join(taken, `${name}.differs.png`), PNG.sync.write(marks));
  return `differs in ${faults.slice(0, 5).join(', ')}`;
}

rmSync(taken, { recursive: true, force: true });
mkdirSync(taken, { recursive: true });
const browser = await launch();
const names = new Set();
try {
  for (const path of pages) {
    const name = basename(path, '.html');
    const pictures = await onPaper(browser, path, `${name}-paper`);
    for (const [screen, size] of Object.entries(SCREENS)) {
      pictures.push(...await onScreen(browser, path, `${name}-${screen}`, size));
    }
    for (const [picture, bytes] of pictures) {
      names.add(`${picture}.png`);
      const small = smaller(bytes);
      writeFileSync(join(taken, `${picture}.png`), small);
      const problem = difference(picture, small);
      if (problem) console.log(`${picture}: ${problem}`);
    }
  }
  const gone = existsSync(kept) ? readdirSync(kept).filter(one => !names.has(one)) : [];
  for (const one of gone) console.log(`${basename(one, '.png')}: is not drawn any more`);
} finally {
  await browser.close();
}
