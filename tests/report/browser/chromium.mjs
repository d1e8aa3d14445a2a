// The Chromium of the system, and packages of the folder that DESKQL_NODE_MODULES names.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

export const modules = resolve(process.env.DESKQL_NODE_MODULES);
export const require = createRequire(join(modules, '..', 'package.json'));

const { chromium } = require('playwright-core');

export function launch() {
  const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update',
      // Letters are drawn as their font has them, whatever the system prefers.
      '--font-render-hinting=none', '--disable-lcd-text', '--force-color-profile=srgb',
    ],
  });
}
