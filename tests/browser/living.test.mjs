// The page of a living world, in a real browser: it shows what clients do, its buttons move the clock, it asks nobody but its own server,
// and axe-core finds nothing serious. `EC2SIM` is the program; without a browser the tests are skipped.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { chromium } from 'playwright-core';

const root = fileURLToPath(new URL('../..', import.meta.url));
const program = process.env.EC2SIM ?? join(root, 'target/debug/ec2sim');
const executablePath = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
  .find((path) => path && existsSync(path));
const skip = executablePath ? false : 'there is no Chromium here';
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let browser;
let server;
let url;

before(async () => {
  if (skip) return;
  server = spawn(program, ['serve', '--listen', '127.0.0.1:0', '--quiet']);
  const [line] = await once(createInterface({ input: server.stdout }), 'line');
  url = line.replace('listening on ', '');
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
});

after(async () => {
  await browser?.close();
  server?.kill('SIGTERM');
});

const launch = () => fetch(url, {
  method: 'POST',
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: 'Action=RunInstances&ImageId=ami-12c6146b&InstanceType=t3.micro&MinCount=1&MaxCount=1',
});

const open = async (options = {}) => {
  const context = await browser.newContext({ viewport: { width: 1300, height: 1000 }, ...options });
  const page = await context.newPage();
  const wrong = [];
  page.on('console', (message) => { if (message.type() === 'error') wrong.push(message.text()); });
  page.on('pageerror', (error) => wrong.push(error.message));
  page.on('request', (request) => { if (!request.url().startsWith(url)) wrong.push(`asks for ${request.url()}`); });
  await page.goto(`${url}/_ec2sim/ui`);
  await page.waitForFunction(() => document.getElementById('clock').textContent !== '');
  return { page, wrong, close: () => context.close() };
};

test('an instance that a client launches shows, and the clock moves it on', { skip }, async () => {
  const { page, wrong, close } = await open();
  await launch();
  await page.waitForSelector('.state.pending');
  await page.getByRole('button', { name: '15 s on' }).click();
  await page.waitForSelector('.state.running');
  assert.match(await page.locator('#rows').innerText(), /run-1/);
  await page.getByRole('button', { name: '1 h on' }).click();
  await page.waitForFunction(() => /^\$0\.01/.test(document.getElementById('total').textContent));
  assert.match(await page.locator('#lines').innerText(), /BoxUsage:t3\.micro/);
  await page.waitForFunction(() => document.getElementById('events').textContent.includes('pending → running'));
  await page.locator('#steps').fill('- stop: run-1');
  await page.getByRole('button', { name: 'Take these steps' }).click();
  await page.waitForSelector('.state.stopping');
  await page.locator('#steps').fill('- stop: nobody');
  await page.getByRole('button', { name: 'Take these steps' }).click();
  await page.waitForFunction(() => document.getElementById('answer').textContent.includes('nobody'));
  await page.getByRole('button', { name: 'Settle' }).click();
  await page.waitForSelector('.state.stopped');
  const recording = await page.evaluate(async () => (await fetch('scenario?expect=true')).text());
  assert.match(recording, /stop: run-1/);
  await page.getByRole('button', { name: 'Start again' }).click();
  await page.waitForFunction(() => document.getElementById('rows').children.length === 0);
  // A mistake in steps is an answer of 400, which the browser tells of by itself.
  assert.deepEqual(wrong.filter((text) => !text.includes('400')), []);
  await close();
});

for (const colorScheme of ['light', 'dark']) {
  for (const width of [1300, 390]) {
    test(`nobody is shut out: ${colorScheme}, ${width} pixels`, { skip }, async () => {
      await launch();
      const { page, close } = await open({ colorScheme, viewport: { width, height: 900 }, bypassCSP: true });
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => globalThis.axe.run());
      const serious = violations.filter(({ impact }) => ['serious', 'critical'].includes(impact));
      assert.deepEqual(serious.map(({ id, nodes }) => `${id}: ${nodes[0].html}`), []);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(wide <= 0, `${wide} pixels too wide`);
      if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/living-${colorScheme}-${width}.png` });
      await close();
    });
  }
}
