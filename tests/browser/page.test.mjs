// The page in a real browser: it renders, steps, plays and asks; logs no error, asks the network for nothing, and axe-core finds
// nothing serious. `EC2SIM` is the program, `CHROMIUM` the browser (else the usual names are tried); without a browser the
// tests are skipped.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { chromium } from 'playwright-core';

const root = fileURLToPath(new URL('../..', import.meta.url));
const program = process.env.EC2SIM ?? join(root, 'target/debug/ec2sim');
const executablePath = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
  .find((path) => path && existsSync(path));
const skip = executablePath ? false : 'there is no Chromium here';
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const LESSON = 'scenarios/hibernate/stop-or-hibernate.yaml';
const FLEET = 'scenarios/rulebook/addresses-of-a-subnet.yaml';
const REFUSALS = 'scenarios/stop/wrong-moments.yaml';
const SPOT = 'scenarios/rulebook/case-42-spot-stops-and-comes-back.yaml';
const TASKS = 'scenarios/elsewhere/a-deployment-doubles-the-bill.yaml';

let folder;
let browser;

before(async () => {
  if (skip) return;
  folder = mkdtempSync(join(tmpdir(), 'ec2sim-page-'));
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
});

after(async () => {
  await browser?.close();
  if (folder) rmSync(folder, { recursive: true });
});

const made = new Map();
const pageOf = (scenario) => {
  if (!made.has(scenario)) {
    const file = join(folder, `${made.size}.html`);
    execFileSync(program, ['run', '--quiet', '--html', file, scenario], { cwd: root });
    made.set(scenario, file);
  }
  return made.get(scenario);
};

// Opens a page; whatever it logs or asks for makes the test fail.
const open = async (file, options = {}) => {
  const context = await browser.newContext({ viewport: { width: 1400, height: 1000 }, ...options });
  const page = await context.newPage();
  const wrong = [];
  page.on('console', (message) => wrong.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => wrong.push(error.message));
  page.on('request', (request) => {
    if (request.url() !== pathToFileURL(file).href && !request.url().startsWith('data:')) wrong.push(`asks for ${request.url()}`);
  });
  await page.goto(pathToFileURL(file).href);
  return {
    page,
    now: () => page.locator('#now-body').innerText(),
    close: async () => {
      await context.close();
      assert.deepEqual(wrong, []);
    },
  };
};

const press = async (page, key, times = 1) => {
  for (let time = 0; time < times; time += 1) await page.keyboard.press(key);
};

test('a Spot request has a lane of its own, and the end of the axis stays within the page', { skip }, async () => {
  const { page, close } = await open(pageOf(SPOT));
  const lane = page.locator('.lane', { hasText: 'Spot request of web' });
  const looks = await lane.locator('rect').evaluateAll((bars) => bars.map((bar) => bar.getAttribute('class')));
  assert.deepEqual(looks, ['b spot', 'b spot', 'b spot disabled', 'b spot']);
  // They differ without their colours, too.
  const fills = await lane.locator('rect').evaluateAll((bars) => bars.map((bar) => getComputedStyle(bar).fill));
  assert.notEqual(fills[1], fills[2]);
  assert.match(fills[2], /url/);
  await press(page, 'End');
  const beyond = await page.locator('#chart').evaluate((chart) => chart.parentElement.scrollWidth - chart.parentElement.clientWidth);
  assert.equal(beyond, 0);
  await close();
});

test('a page of tasks draws their states, and no diagram of instances', { skip }, async () => {
  const { page, close } = await open(pageOf(TASKS));
  assert.equal(await page.locator('#states').isVisible(), false);
  const lane = page.locator('.lane', { hasText: 'web/1' });
  const looks = await lane.locator('rect').evaluateAll((bars) => bars.map((bar) => bar.getAttribute('class')));
  assert.deepEqual([...new Set(looks)], ['b pending t', 'b running t', 'b stopping t']);
  await close();
});

test('what a lesson is about has the width of a phone', { skip }, async () => {
  const { page, close } = await open(pageOf(LESSON), { viewport: { width: 390, height: 844 } });
  const lead = await page.locator('.lead').boundingBox();
  assert.ok(lead.width > 340, String(lead.width));
  const [title, button] = [await page.locator('h1').evaluate((h1) => {
    const range = document.createRange();
    range.selectNodeContents(h1);
    return Math.max(...[...range.getClientRects()].map((box) => box.right));
  }), await page.locator('#theme').boundingBox()];
  assert.ok(title <= button.x, `${title} ${button.x}`);
  await close();
});

test('stepping moves all that there is', { skip }, async () => {
  const { page, now, close } = await open(pageOf(LESSON));
  assert.match(await now(), /Nothing has happened yet/);
  assert.equal(await page.locator('#diagram .on').count(), 0);
  await press(page, 'ArrowRight', 19);
  // The diagram, the moment with its reasons, the cursor, the log, the meters, the ledger, the slider.
  assert.deepEqual(await page.locator('#diagram .on').evaluateAll((all) => all.map((one) => one.dataset.state).sort()), ['running', 'stopping']);
  assert.deepEqual(await page.locator('#diagram .last').evaluateAll((all) => all.map((one) => one.dataset.way)), ['running>stopping']);
  assert.match(await now(), /10:00:00/);
  assert.match(await now(), /web running → stopping/);
  assert.match(await now(), /A plain stop ends the charge the moment stopping begins\./);
  assert.match(await now(), /documented/);
  assert.equal(await page.locator('#log li.here').getAttribute('id'), 'e19');
  const x = () => page.locator('#chart').evaluate((chart) => Number(chart.style.getPropertyValue('--x')));
  const there = await x();
  assert.ok(there > 0.2 && there < 0.4, String(there));
  // $0.1027297043 each, as the transitions say.
  assert.equal(await page.locator('#total').innerText(), '$0.205459');
  assert.ok(await page.locator('#ledger tr.later').count() > 0);
  assert.equal(await page.locator('#transport input').inputValue(), '19');
  await press(page, 'ArrowLeft');
  assert.equal(await page.locator('#log li.here').getAttribute('id'), 'e18');
  await press(page, 'Shift+ArrowRight');
  assert.match(await now(), /10:00:30/);
  await press(page, 'End');
  assert.equal(await x(), 1);
  assert.equal(await page.locator('#total').innerText(), '$0.245738');
  assert.equal(await page.locator('#ledger tr.later').count(), 0);
  await press(page, 'Home');
  assert.equal(await x(), 0);
  await close();
});

test('the mouse takes the cursor along the axis, and the meters tick', { skip }, async () => {
  const { page, close } = await open(pageOf(LESSON));
  const row = await page.locator('.lane .row').first().boundingBox();
  const totals = [];
  for (const part of [0.1, 0.15, 0.2]) {
    await page.mouse.click(row.x + row.width * part, row.y + row.height / 2);
    totals.push(await page.locator('#total').innerText());
  }
  assert.equal(new Set(totals).size, 3, String(totals));
  assert.deepEqual(totals.toSorted(), totals);
  assert.equal(await page.locator('#meters .ticks').count(), 3);
  assert.ok(await page.locator('details.lane').first().getAttribute('open') !== null, 'its lane stays open');
  await page.locator('summary .name').first().click();
  assert.equal(await page.locator('details.lane').first().getAttribute('open'), null);
  await page.locator('#e30 summary').click();
  assert.equal(await page.locator('#log li.here').getAttribute('id'), 'e30');
  assert.ok(await page.locator('#e30 ul').isVisible());
  await close();
});

test('it plays by itself, and stops at the end', { skip }, async () => {
  for (const reducedMotion of ['no-preference', 'reduce']) {
    const { page, now, close } = await open(pageOf(SPOT), { reducedMotion });
    await page.getByLabel('Speed').selectOption('8');
    await page.getByRole('button', { name: 'Play' }).click();
    await page.waitForFunction(() => document.querySelector('#log li.here')?.id === 'e30', null, { timeout: 20_000 });
    await page.getByRole('button', { name: 'Pause' }).click();
    const there = await now();
    await page.waitForTimeout(200);
    assert.equal(await now(), there);
    await close();
  }
});

test('one instance is followed', { skip }, async () => {
  const { page, close } = await open(pageOf(LESSON));
  await press(page, 'ArrowRight', 30);
  await page.locator('#follow').getByRole('button', { name: 'lab' }).click();
  assert.match(await page.locator('#diagram [data-state=stopped] .who').textContent(), /^lab/);
  assert.equal(await page.locator('#diagram [data-state=stopped].hibernated').count(), 1);
  await close();
});

// The page with a question in place of a note, as the program writes it.
const QUESTION = { ask: 'Is web billed while it is stopping?', choices: ['yes', 'no'], answer: 'no', hint: 'Which states does the meter run in?', why: 'A stop ends the meter at once.', rules: ['BILL-STOPPING'] };
const NUMBER = { ask: 'How many seconds were billed?', choices: null, answer: '3585', hint: null, why: null, rules: [] };
const withQuestions = () => {
  let html = readFileSync(pageOf(LESSON), 'utf8');
  const questions = {};
  for (const [seq, question] of [[18, QUESTION], [23, NUMBER]]) {
    questions[seq] = question;
    const [reason] = html.match(/<li><a href=#r\d+>BILL-STOPPING<\/a>.*?(?=<li>|<\/ul>)/);
    html = html.replace(new RegExp(`(<li id=e${seq} class=note>).*`), `$1<details><summary><span>${question.ask}</span></summary><p class=answer>Answer: <b>${question.answer}</b>.</p><ul>${reason}</ul></details>`);
  }
  html = html.replace('"questions":{}', `"questions":${JSON.stringify(questions)}`);
  const file = join(folder, 'quiz.html');
  writeFileSync(file, html);
  return file;
};

test('it stops at a question, asks, marks and explains', { skip }, async () => {
  const { page, now, close } = await open(withQuestions());
  await press(page, 'End');
  assert.match(await now(), /Is web billed while it is stopping/);
  assert.equal(await page.locator('#log li.here').getAttribute('id'), 'e18');
  await press(page, 'ArrowRight');
  assert.equal(await page.locator('#log li.here').getAttribute('id'), 'e18', 'it waits for the answer');
  assert.equal(await page.getByText('Answer: no').count(), 0);
  assert.ok(!(await page.locator('#e19').isVisible()), 'what comes is covered');
  await page.getByRole('button', { name: 'Hint' }).click();
  assert.match(await now(), /Which states does the meter run in/);
  await page.getByRole('radio', { name: 'no' }).check();
  await page.keyboard.press('Enter');
  assert.match(await now(), /Right\./);
  assert.match(await now(), /A stop ends the meter at once/);
  assert.match(await now(), /BILL-STOPPING/);
  assert.equal(await page.locator('#quiz-on').evaluate((button) => button === document.activeElement), true);
  await page.keyboard.press('Enter');
  await press(page, 'End');
  await page.getByLabel('Your answer').fill(' 3,585.0 ');
  await page.keyboard.press('Enter');
  assert.match(await now(), /Right\./);
  assert.match(await now(), /2 of 2 right/);
  await page.keyboard.press('Enter');
  await press(page, 'End');
  assert.match(await now(), /2 of 2 right/);
  await close();
});

test('what the end costs is covered until all is answered', { skip }, async () => {
  const { page, close } = await open(withQuestions());
  await press(page, 'End');
  assert.equal(await page.locator('#ledger tfoot td').isVisible(), false);
  assert.equal(await page.locator('.money .top').isVisible(), false);
  assert.equal(await page.locator('#total').getAttribute('title'), null);
  assert.equal(await page.locator('.money .curve').getAttribute('aria-label'), 'The cost');
  for (const row of await page.locator('#ledger tr.later').all()) assert.equal(await row.isVisible(), false);
  for (const row of await page.locator('#ledger tr.open').all()) assert.equal(await row.locator('td').last().isVisible(), false);
  await page.getByRole('radio', { name: 'no' }).check();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await press(page, 'End');
  // What is no number is neither right nor wrong.
  for (const given of ['', 'many']) {
    await page.getByLabel('Your answer').fill(given);
    await page.keyboard.press('Enter');
    assert.equal(await page.getByText('Answer with a number such as 0.10.').isVisible(), true);
  }
  await page.getByLabel('Your answer').fill('3585');
  await page.keyboard.press('Enter');
  assert.equal(await page.locator('#ledger tfoot td').isVisible(), true);
  assert.match(await page.locator('.money .curve').getAttribute('aria-label'), /rises to/);
  await close();
});

test('a quiz has the same mark on the page and on the terminal', { skip }, async () => {
  const lesson = 'tests/data/teach/office-hours.yaml';
  const answers = ['NO', '3', 'running', '10.0'];
  const told = execFileSync(program, ['run', '--quiz', lesson], { cwd: root, input: `${answers.join('\n')}\n`, encoding: 'utf8' });
  const [, right, asked] = told.match(/(\d+) of (\d+) answers are right/);
  assert.deepEqual([right, asked], ['3', '4']);
  const { page, now, close } = await open(pageOf(lesson));
  for (const answer of answers) {
    await press(page, 'End');
    const choices = page.locator('.ask input[type=radio]');
    if (await choices.count()) {
      const words = await page.locator('.ask label').allInnerTexts();
      const place = words.findIndex((word) => word.trim().toLowerCase() === answer.toLowerCase());
      await choices.nth(place < 0 ? Number(answer) - 1 : place).check();
    } else {
      await page.getByLabel('Your answer').fill(answer);
    }
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
  }
  await press(page, 'End');
  assert.match(await now(), new RegExp(`${right} of ${asked} right`));
  await close();
});

test('on paper it is as it is in the end', { skip }, async () => {
  const { page, close } = await open(pageOf(LESSON));
  const taken = () => page.locator('#diagram .taken').count();
  assert.equal(await taken(), 0);
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  assert.ok(await taken() > 3);
  assert.equal(await page.locator('#log li.future').count(), 0);
  await page.evaluate(() => dispatchEvent(new Event('afterprint')));
  assert.equal(await taken(), 0);
  await close();
});

test('a wrong answer is told', { skip }, async () => {
  const { page, now, close } = await open(withQuestions());
  await press(page, 'End');
  await page.getByRole('radio', { name: 'yes' }).check();
  await page.getByRole('button', { name: 'Answer' }).click();
  assert.match(await now(), /Not right\./);
  await page.keyboard.press('Enter');
  await press(page, 'End');
  await page.getByRole('button', { name: 'Skip' }).click();
  assert.match(await now(), /0 of 2 right/);
  await close();
});

test('without its script all of it can be read', { skip }, async () => {
  const { page, close } = await open(pageOf(LESSON), { javaScriptEnabled: false });
  assert.equal(await page.locator('#transport').isVisible(), false);
  assert.equal(await page.locator('#now').isVisible(), false);
  assert.equal(await page.locator('#e19').isVisible(), true);
  assert.match(await page.locator('#diagram [data-state=terminated] .who').textContent(), /web, lab/);
  await page.locator('#e19 summary').click();
  assert.equal(await page.locator('#e19 ul').isVisible(), true);
  await close();
});

test('replays side by side are read without a script, in both themes and on a phone', { skip }, async () => {
  const file = join(folder, 'versus.html');
  execFileSync(program, ['compare', '--html', file, '--vary', 'stop=stop,hibernate,none', 'scenarios/compare/office-hours.yaml'], { cwd: root });
  for (const [colorScheme, width] of [['light', 1400], ['dark', 390]]) {
    const { page, close } = await open(file, { colorScheme, viewport: { width, height: 900 } });
    assert.ok(await page.locator('.reasons li').count() > 1);
    await page.locator('.reasons summary').first().click();
    assert.ok(await page.locator('.reasons code').first().isVisible());
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => window.axe.run({ resultTypes: ['violations'] }));
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    assert.deepEqual(serious.map(({ id, nodes }) => [id, nodes.length, nodes[0].html, nodes[0].failureSummary]), []);
    const [scrollWidth, clientWidth] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
    assert.ok(scrollWidth === clientWidth, `fits ${width}`);
    await close();
  }
});

test('one cursor goes over all choices', { skip }, async () => {
  const file = join(folder, 'cursor.html');
  execFileSync(program, ['compare', '--html', file, '--vary', 'stop=stop,none', 'scenarios/compare/office-hours.yaml'], { cwd: root });
  const { page, close } = await open(file, { colorScheme: 'light' });
  const told = () => page.locator('#moment output').innerText();
  const end = await told();
  assert.match(end, /stop=stop \$/);
  assert.match(end, /stop=none \$/);
  await press(page, 'Home');
  assert.match(await told(), /after 0s/);
  await press(page, 'ArrowRight');
  assert.doesNotMatch(await told(), /after 0s/);
  const row = await page.locator('.lane .row').first().boundingBox();
  await page.mouse.click(row.x + row.width / 2, row.y + row.height / 2);
  const x = await page.locator('#chart').evaluate((chart) => Number(chart.style.getPropertyValue('--x')));
  assert.ok(x > 0.4 && x < 0.6, String(x));
  assert.equal(await page.locator('#cursor').isVisible(), true);
  await press(page, 'End');
  assert.equal(await told(), end);
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  await page.getByRole('button', { name: 'Dark theme' }).click();
  assert.notEqual(await ground(), light);
  await close();
});

test('names are only names', { skip }, async () => {
  const scenario = join(folder, 'evil.yaml');
  const evil = "</script><img src=x onerror=\\\"document.title='forged'\\\"><script>document.title='forged'</script>";
  writeFileSync(scenario, `name: "${evil}"\ninstances: { web: { type: t3.micro } }\nsteps:\n  - { launch: web, note: "${evil}" }\n`);
  const { page, now, close } = await open(pageOf(scenario));
  await press(page, 'ArrowRight');
  assert.match(await now(), /<img src=x/);
  assert.doesNotMatch(await page.title(), /^forged$/);
  assert.equal(await page.locator('img').count(), 0);
  await close();
});

for (const colorScheme of ['light', 'dark']) {
  test(`axe finds nothing serious, ${colorScheme}`, { skip }, async () => {
    // What a long log is made of is the same in both themes.
    const long = colorScheme === 'light' ? FLEET : REFUSALS;
    for (const [scenario, width] of [[LESSON, 1400], [SPOT, 390], [long, 820]]) {
      const { page, close } = await open(pageOf(scenario), { colorScheme, viewport: { width, height: 900 } });
      await press(page, 'ArrowRight', 12);
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => window.axe.run({ resultTypes: ['violations'] }));
      const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
      assert.deepEqual(serious.map(({ id, nodes }) => [id, nodes.length, nodes[0].html, nodes[0].failureSummary]), []);
      const [scrollWidth, clientWidth] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
      assert.ok(scrollWidth === clientWidth, `${scenario} fits ${width}`);
      await close();
    }
  });
}

test('the theme is changed by its button', { skip }, async () => {
  const { page, close } = await open(pageOf(LESSON), { colorScheme: 'light' });
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  await page.getByRole('button', { name: 'Dark theme' }).click();
  assert.notEqual(await ground(), light);
  await close();
});
