// The living account: what the control API tells, and its buttons. Addresses are relative to /_ec2sim/.
'use strict';
const at = (id) => document.getElementById(id);
const MOST_EVENTS = 300;

const ask = async (path, options) => {
  const answer = await fetch(path, options);
  const text = await answer.text();
  let told;
  try { told = JSON.parse(text); } catch { told = { text }; }
  return { ok: answer.ok, told };
};

const dollars = (amount, digits) => `$${Number(amount).toFixed(digits)}`;
const cell = (row, text, className) => {
  const data = document.createElement('td');
  data.textContent = text ?? '–';
  if (className) data.className = className;
  row.append(data);
  return data;
};

const shown = (state) => state.replace('_', '-');
const checks = (one) => (one.system_check && one.state === 'running'
  ? (one.system_check === 'ok' && one.instance_check === 'ok' ? '2/2 passed' : one.instance_check)
  : '–');

const fill = (body, rows, each) => {
  body.replaceChildren(...rows.map((one) => {
    const row = document.createElement('tr');
    each(row, one);
    return row;
  }));
};

// Of several looks under way only the last one shows.
let looks = 0;
const look = async () => {
  looks += 1;
  const mine = looks;
  const [clock, state, bill] = await Promise.all([ask('clock'), ask('state'), ask('bill?format=json')]);
  if (mine !== looks) return;
  at('account').textContent = clock.told.account;
  at('clock').textContent = clock.told.now.replace('T', ' ').replace('Z', ' UTC');
  at('clock').dateTime = clock.told.now;
  const settled = clock.told.settled ? 'settled' : 'something is under way';
  at('mode').textContent = `${clock.told.mode}, ${settled}`;
  const paced = /x$|realtime/.test(clock.told.mode);
  at('pace').setAttribute('aria-pressed', String(paced));
  at('region').textContent = Object.keys(state.told.regions).join(', ');
  const instances = Object.values(state.told.regions).flatMap((region) => Object.entries(region.instances));
  at('none').hidden = instances.length > 0;
  fill(at('rows'), instances, (row, [name, one]) => {
    cell(row, name);
    cell(row, one.instance_id);
    const pill = document.createElement('span');
    pill.className = `state ${shown(one.state)}`;
    pill.textContent = shown(one.state);
    cell(row, '').replaceChildren(pill);
    cell(row, one.type);
    cell(row, checks(one));
    cell(row, one.zone);
    cell(row, one.elastic_ip ?? one.public_ipv4);
    cell(row, one.private_ipv4);
    cell(row, dollars(one.cost.total, 4), 'amount');
  });
  const sums = new Map();
  let total = 0;
  for (const region of Object.values(bill.told.regions)) {
    for (const line of region.ledger) {
      const sum = (sums.get(line.usage_type) ?? 0) + Number(line.amount);
      sums.set(line.usage_type, sum);
    }
    total += Number(region.cost?.total ?? 0);
  }
  at('total').textContent = dollars(total, 4);
  fill(at('lines'), [...sums], (row, [usage, amount]) => {
    cell(row, usage);
    cell(row, dollars(amount, 6), 'amount');
  });
};

// Several events at once are one look.
let waiting;
const lookSoon = () => {
  waiting ??= setTimeout(() => { waiting = undefined; look(); }, 60);
};

const SAYS = {
  transition: (event) => `${event.instance}: ${event.from ?? 'not there'} → ${event.to} (${event.why ?? event.trigger})`,
  rejected: (event) => `${event.action} refused: ${event.code}`,
  accepted: (event) => `${event.action} ${event.instance ?? event.resource ?? ''}`,
  address: (event) => `${event.instance ?? event.address}: ${event.scope} ${event.from ?? 'none'} → ${event.to ?? 'none'}`,
  notice: (event) => `${event.instance ?? ''}: ${event.event.replaceAll('-', ' ')}: ${event.message}`,
  meter: (event) => `${event.resource ?? event.instance ?? ''}: ${event.usage_type} ${event.change}${event.amount ? `, $${event.amount}` : ''}`,
};

const hear = (event) => {
  const line = document.createElement('li');
  const says = SAYS[event.kind] ?? (() => event.kind);
  line.textContent = `${event.time.slice(5, 19).replace('T', ' ')}  ${says(event)}`;
  at('events').prepend(line);
  while (at('events').children.length > MOST_EVENTS) at('events').lastChild.remove();
  lookSoon();
};

const stream = new EventSource('events?follow=true');
stream.addEventListener('message', (message) => hear(JSON.parse(message.data)));
stream.addEventListener('reset', () => { at('events').replaceChildren(); lookSoon(); });
stream.addEventListener('end', () => { stream.close(); at('said').textContent = 'The server has stopped.'; });

const did = ({ ok, told }) => {
  at('said').textContent = ok ? '' : told.error?.message ?? told.text;
  look();
};

for (const button of document.querySelectorAll('[data-post]')) {
  button.addEventListener('click', async () => did(await ask(button.dataset.post, { method: 'POST' })));
}

let ticking;
at('pace').addEventListener('click', async () => {
  const paced = at('pace').getAttribute('aria-pressed') === 'true';
  const body = JSON.stringify({ mode: paced ? 'manual' : '60x' });
  did(await ask('clock/mode', { method: 'PUT', body, headers: { 'content-type': 'application/json' } }));
  clearInterval(ticking);
  if (!paced) ticking = setInterval(look, 1000);
});

at('take').addEventListener('click', async () => {
  const { ok, told } = await ask('steps', { method: 'POST', body: at('steps').value });
  const wrong = told.diagnostics?.map((one) => `${one.line}:${one.column} ${one.message}`).join('\n');
  at('answer').textContent = ok ? 'Done.' : wrong ?? `${told.error?.code}: ${told.error?.message}`;
  look();
});

// The button says what it changes to.
const isDark = () => {
  const said = document.documentElement.dataset.theme;
  return said ? said === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
};
const nameTheme = () => { at('theme').textContent = isDark() ? 'Light' : 'Dark'; };
at('theme').addEventListener('click', () => {
  document.documentElement.dataset.theme = isDark() ? 'light' : 'dark';
  nameTheme();
});

nameTheme();
look();
