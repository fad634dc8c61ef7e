// One cursor through a replay: what has happened, how long ago the beginning is, and where that is on the axis. Everything that
// the page shows is there already; this lights, dims and repeats it. Amounts are those of the program, straight in between.
(() => {
  const SVG = 'http://www.w3.org/2000/svg';
  const draw = (tag, attributes) => {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  };
  const still = matchMedia('(prefers-reduced-motion: reduce)');

  // ---- What there is -------------------------------------------------------------------------------------------------

  const events = all('#log > li > ol > li').map((line) => {
    const at = line.parentElement.parentElement;
    return { line, seq: Number(line.id.slice(1)), t: Number(at.dataset.t) };
  });
  // What a line says, without its reasons.
  const said = (line) => line.querySelector('summary, p');
  const lastSeq = (k) => (k > 0 ? events[k - 1].seq : 0);

  const happened = (t) => {
    let k = 0;
    while (k < events.length && events[k].t <= t) k += 1;
    return k;
  };

  // Amounts, exactly.
  const knots = data.cost.knots.map(([t, amounts]) => [t, amounts.map(BigInt)]);
  const amountsAt = (t) => {
    if (!knots.length) return [];
    let after = knots.findIndex(([at]) => at > t);
    if (after < 0) after = knots.length;
    const [from, a] = knots[Math.max(0, after - 1)];
    if (after >= knots.length) return a;
    const [to, b] = knots[after];
    const [part, whole] = [BigInt(Math.round((t - from) * 1000)), BigInt((to - from) * 1000)];
    return a.map((amount, meter) => amount + ((b[meter] - amount) * part) / whole);
  };
  const ticking = (t) => {
    const after = knots.findIndex(([at]) => at > t);
    if (after < 1) return [];
    return knots[after][1].map((amount, meter) => amount > knots[after - 1][1][meter]);
  };
  const total = (amounts) => amounts.reduce((sum, amount) => sum + amount, 0n);
  const whole = knots.length ? total(knots[knots.length - 1][1]) : 0n;
  const dollars = (amount) => priced(amount, decimalsOf(whole));

  // ---- Where the cursor is -------------------------------------------------------------------------------------------

  let now = { x: 0, t: 0, k: 0 };
  let drawn = 0;
  let followed = null;
  let playing = null;

  // Questions, by the number of events after which they are asked.
  const questions = events
    .map((event, index) => ({ ...data.questions[event.seq], line: event.line, after: index + 1 }))
    .filter((question) => question.ask);
  for (const question of questions) {
    question.hidden = all('details > :not(summary)', question.line);
    for (const part of question.hidden) part.remove();
  }
  // What the end costs would answer some of them. The exact amounts of sums are those of the end in any case.
  const curve = document.querySelector('.money .curve');
  const curveSays = curve?.getAttribute('aria-label');
  for (const sum of all('#total, #meters b')) sum.removeAttribute('title');
  const veilEnd = (asks) => {
    document.body.classList.toggle('quiz', asks);
    curve?.setAttribute('aria-label', asks ? 'The cost' : curveSays);
  };
  veilEnd(questions.length > 0);
  const openQuestion = () => questions.find((question) => question.verdict === undefined);
  const gate = () => openQuestion()?.after ?? events.length;

  const toEvent = (k) => {
    const stop = Math.max(0, Math.min(k, events.length, gate()));
    const t = stop > 0 ? events[stop - 1].t : 0;
    set({ x: placeOf(t), t, k: stop });
  };
  const toPlace = (x) => {
    const t = Math.floor(timeAt(Math.max(0, Math.min(WIDTH, x))) + 1e-6);
    const k = happened(t);
    if (k > gate()) toEvent(gate());
    else set({ x: Math.max(0, Math.min(WIDTH, x)), t, k });
  };
  const toEnd = () => {
    if (openQuestion()) toEvent(gate());
    else set({ x: WIDTH, t: data.end, k: events.length });
  };
  // The instant after or before: all that happens at once.
  const toInstant = (step) => {
    const t = now.k > 0 ? events[now.k - 1].t : -1;
    if (step > 0) {
      const next = events.findIndex((event, index) => index >= now.k && event.t > t);
      if (next < 0) toEnd();
      else toEvent(happened(events[next].t));
    } else {
      let first = now.k;
      while (first > 0 && events[first - 1].t === t) first -= 1;
      toEvent(first);
    }
  };

  const set = (next) => {
    now = next;
    render();
  };

  // ---- What it lights ------------------------------------------------------------------------------------------------

  const chart = $('chart');
  const ways = new Map(all('#diagram .way').map((way) => [way.dataset.way, way]));
  const states = all('#diagram .state');
  const rows = all('#ledger tbody tr[data-from]').map((row) => ({ row, from: Number(row.dataset.from), to: Number(row.dataset.to) }));
  const meters = all('#meters li');
  const node = (state) => (state === 'hibernated' ? 'stopped' : state ?? '');
  const reboots = events.filter(({ line }) => said(line).querySelector('span')?.textContent === 'RebootInstances');

  const standing = () => data.instances.map((instance) => {
    const seq = lastSeq(now.k);
    const moves = instance.moves.filter((move) => move[1] <= seq);
    return { ...instance, moves, last: moves[moves.length - 1] };
  });

  const renderStates = (instances) => {
    const shown = instances.filter((instance) => followed === null || instance.id === followed);
    const taken = new Set();
    let newest = 0;
    for (const { moves } of shown) {
      for (const [, seq, from, to] of moves) {
        taken.add(`${node(from)}>${node(to)}`);
        newest = Math.max(newest, seq);
      }
    }
    if (followed === null && reboots.some((event) => event.seq <= lastSeq(now.k))) taken.add('running>running');
    const t = now.k > 0 ? events[now.k - 1].t : 0;
    const latest = new Set();
    for (const { last } of shown) {
      if (last && (last[1] === newest || last[0] === t)) latest.add(`${node(last[2])}>${node(last[3])}`);
    }
    for (const [name, way] of ways) {
      way.classList.toggle('taken', taken.has(name));
      way.classList.toggle('last', latest.has(name));
    }
    for (const state of states) {
      const here = shown.filter(({ last }) => last && node(last[3]) === state.dataset.state);
      state.classList.toggle('on', here.length > 0);
      state.classList.toggle('hibernated', here.length > 0 && here.every(({ last }) => last[3] === 'hibernated'));
      const flavours = [...new Set(here.map(({ last }) => (last[3] === 'hibernated' ? 'hibernated' : last[4])).filter(Boolean))];
      const names = here.map(({ name }) => name).join(', ');
      const who = names.length <= 22 ? names : `${here.length} instances`;
      const said = flavours.length && who.length + flavours.join().length <= 22 ? `${who} (${flavours.join(', ')})` : who;
      state.querySelector('.who').textContent = said;
    }
  };

  const renderLog = () => {
    const [from, to] = [Math.min(drawn, now.k), Math.max(drawn, now.k)];
    for (let index = from; index < to; index += 1) events[index].line.classList.toggle('future', index >= now.k);
    all('#log .here').forEach((line) => { line.classList.remove('here'); line.removeAttribute('aria-current'); });
    const here = events[now.k - 1]?.line;
    if (here) {
      here.classList.add('here');
      here.setAttribute('aria-current', 'step');
      const box = $('log').getBoundingClientRect();
      if (box.top < innerHeight * 0.6 && box.bottom > 0) here.scrollIntoView({ block: 'nearest' });
    }
    drawn = now.k;
  };

  const renderMoney = () => {
    const amounts = amountsAt(now.t);
    const runs = now.t < data.end ? ticking(now.t) : [];
    const sum = total(amounts);
    $('total').textContent = dollars(sum);
    meters.forEach((meter, index) => {
      meter.querySelector('b').textContent = dollars(amounts[index]);
      meter.classList.toggle('ticks', Boolean(runs[index]));
    });
    for (const { row, from, to } of rows) {
      row.classList.toggle('later', from > now.t || (now.k === 0 && from === 0));
      row.classList.toggle('open', now.k > 0 && from <= now.t && now.t < to);
    }
    return sum;
  };

  // A line as it stands in the log, without its fold.
  const copyOf = (line) => [...said(line).childNodes].filter((child) => child.localName !== 'a').map((child) => child.cloneNode(true));

  // The reasons of a line, in full wherever they stand in full.
  const reasons = (line) => {
    const link = said(line).querySelector('a[href^="#w"]');
    const why = line.querySelector('details > ul') ?? (link && $(link.getAttribute('href').slice(1)).firstElementChild);
    if (!why) return null;
    const list = why.cloneNode(true);
    for (const item of list.children) {
      const rule = $(item.firstElementChild.getAttribute('href').slice(1))?.querySelector('dd');
      if (rule && item.childElementCount === 1) item.append(' ', ...[...rule.childNodes].map((child) => child.cloneNode(true)));
    }
    return list;
  };
  // Where a line only leads to its reasons, they open beside it.
  for (const { line } of events) {
    const link = said(line).querySelector('a[href^="#w"]');
    link?.setAttribute('role', 'button');
    link?.setAttribute('aria-expanded', 'false');
    link?.addEventListener('click', (event) => {
      event.preventDefault();
      const open = line.querySelector('.because');
      if (open) open.remove();
      else line.append(make('div', { class: 'because' }, reasons(line)));
      link.setAttribute('aria-expanded', String(!open));
    });
  }
  for (const details of all('#log details')) {
    details.addEventListener('toggle', () => {
      const why = details.querySelector(':scope > ul');
      if (why && details.open) why.replaceWith(reasons(details.parentElement));
    });
  }

  const sample = (state) => {
    const svg = draw('svg', { 'aria-hidden': 'true' });
    svg.append(draw('rect', { class: `b ${state}`, width: '100%', height: '100%' }));
    return svg;
  };

  // The note that is said at this instant.
  const voiceAt = (k) => {
    const t = events[k - 1]?.t;
    for (let index = k - 1; index >= 0 && events[index].t === t; index -= 1) {
      if (events[index].line.classList.contains('note')) return events[index].line;
    }
    return null;
  };

  const MOST = 9;
  const renderNow = (instances, sum) => {
    const body = $('now-body');
    const [day, clock] = clockAt(now.t);
    const head = make('div', { class: 'moment' },
      make('span', {}, make('b', {}, clock), ' ', make('span', { class: 'day' }, `${day}, after ${elapsed(now.t)}`)),
      make('span', { class: 'sum' }, make('b', {}, dollars(sum)), ' ', make('span', { class: 'day' }, 'so far')));
    const chips = make('ul', { class: 'chips', 'aria-label': 'Instances' });
    const there = instances.filter(({ last }) => last);
    for (const { name, last } of there.slice(0, MOST)) {
      const flavour = last[4] ? ` (${last[4]})` : '';
      chips.append(make('li', {}, sample(last[3]), make('span', {}, make('b', {}, name), ` ${last[3]}${flavour}`)));
    }
    if (there.length > MOST) chips.append(make('li', {}, `and ${there.length - MOST} more`));
    const parts = [head];
    if (there.length) parts.push(chips);

    const question = questions.find(({ after }) => after === now.k);
    if (question) {
      parts.push(quiz(question));
    } else {
      const voice = voiceAt(now.k);
      if (voice) parts.push(make('p', { class: 'voice' }, ...copyOf(voice)));
      const list = make('ol', { class: 'told', tabindex: '0', 'aria-label': 'What happens at this moment' });
      const current = events[now.k - 1];
      if (!current) {
        parts.push(make('p', { class: 'wait' }, 'Nothing has happened yet. Press play, or the right arrow.'));
      } else if (current.t < now.t) {
        const next = events[now.k];
        const ago = elapsed(now.t - current.t);
        parts.push(make('p', { class: 'wait' }, next ? `Nothing new for ${ago}. The next event is in ${elapsed(next.t - now.t)}.` : 'This is the end.'));
      }
      let first = now.k;
      while (first > 0 && events[first - 1].t === current?.t) first -= 1;
      // What matters most stands first: what happened last, or if that is only what came with something, that something.
      const lines = events.slice(first, now.k).map(({ line }) => line).reverse();
      const matters = lines.find((line) => line.matches('.move, .refused, .notice, .failed')) ?? lines[0];
      const big = new Set([matters, lines[0]]);
      for (const line of new Set([...big, ...lines])) {
        if (!line || line === voice) continue;
        const isHere = big.has(line);
        const item = make('li', { class: `${line.className.replace(/\b(here|future)\b/g, '')} ${isHere ? 'here' : ''}` }, ...copyOf(line));
        const why = isHere && reasons(line);
        if (why) item.append(make('div', { class: 'because' }, why));
        list.append(item);
      }
      const mark = now.k === events.length && markLine();
      if (mark) parts.push(mark);
      if (list.childElementCount) parts.push(list);
    }
    body.replaceChildren(...parts);
  };

  // ---- The quiz ------------------------------------------------------------------------------------------------------

  const NUMBER = /^\$?\s*[-+]?\d[\d,]*(\.\d+)?$/;
  const TIME = /^(\d+[dhms]\s*)+$/;
  const SECONDS = { d: 86400, h: 3600, m: 60, s: 1 };
  const seconds = (text) => [...text.matchAll(/(\d+)([dhms])/g)].reduce((sum, [, number, unit]) => sum + number * SECONDS[unit], 0);
  // Words as they are; numbers at the precision in which the answer is written; times by how long they are.
  const isRight = (given, answer) => {
    const [a, b] = [given, answer].map((text) => text.trim().toLowerCase());
    if (a === b) return true;
    if (TIME.test(a) && TIME.test(b)) return seconds(a) === seconds(b);
    if (!NUMBER.test(a) || !NUMBER.test(b)) return false;
    const decimals = (b.split('.')[1] ?? '').length;
    const [x, y] = [a, b].map((text) => Number(text.replace(/[$,\s]/g, '')).toFixed(decimals));
    return x === y;
  };
  // What an answer has to be, where this one is of another form and so neither right nor wrong.
  const wants = (given, answer) => {
    const [a, b] = [given, answer].map((text) => text.trim());
    if (NUMBER.test(b)) return NUMBER.test(a) ? null : 'a number such as 0.10';
    if (TIME.test(b)) return TIME.test(a) ? null : 'a time such as 1h30m';
    return a ? null : 'a word';
  };
  const marked = () => questions.filter(({ verdict }) => verdict !== undefined);
  const markLine = () => {
    if (!questions.length || openQuestion()) return null;
    return make('p', { class: 'mark-line', id: 'quiz-end' }, `${questions.filter(({ verdict }) => verdict === 'right').length} of ${questions.length} right`);
  };

  const settle = (question, verdict, given) => {
    question.verdict = verdict;
    question.given = given;
    question.line.querySelector('details')?.append(...question.hidden);
    if (!openQuestion()) veilEnd(false);
    renderNow(standing(), total(amountsAt(now.t)));
    renderTransport();
    $('quiz-on')?.focus();
  };

  const quiz = (question) => {
    if (question.verdict !== undefined) {
      const words = { right: 'Right.', wrong: 'Not right.', skipped: 'Skipped.' };
      const box = make('div', { class: 'answered' },
        make('p', { class: 'wait' }, question.ask),
        make('p', { class: `verdict ${question.verdict}`, role: 'status' }, words[question.verdict]),
        make('p', {}, 'The answer is ', make('b', {}, String(question.answer)), question.given === undefined ? '.' : ` (you said ${question.given}).`));
      if (question.why) box.append(make('p', {}, question.why));
      const why = reasons(question.line);
      if (why) box.append(why);
      const mark = markLine();
      if (mark) box.append(mark);
      const on = make('button', { class: 'main', type: 'button', id: 'quiz-on' }, 'Go on');
      on.addEventListener('click', () => (now.k < events.length ? toEvent(now.k + 1) : toEnd()));
      box.append(make('div', { class: 'buttons' }, on));
      return box;
    }
    const form = make('form', { id: 'quiz' });
    const set_ = make('fieldset', { class: 'ask' }, make('legend', {}, question.ask));
    if (question.choices) {
      question.choices.forEach((choice) => {
        const radio = make('input', { type: 'radio', name: 'answer', value: choice, required: true });
        set_.append(make('label', {}, radio, ` ${choice}`));
      });
    } else {
      set_.append(make('input', { type: 'text', name: 'answer', 'aria-label': 'Your answer', autocomplete: 'off' }));
    }
    const buttons = make('div', { class: 'buttons' }, make('button', { class: 'main', type: 'submit' }, 'Answer'));
    if (question.hint) {
      const hint = make('button', { type: 'button' }, 'Hint');
      hint.addEventListener('click', () => {
        buttons.before(make('p', { class: 'tip', role: 'status' }, question.hint));
        hint.remove();
      });
      buttons.append(hint);
    }
    const skip = make('button', { type: 'button' }, 'Skip');
    skip.addEventListener('click', () => settle(question, 'skipped'));
    buttons.append(skip);
    form.append(set_, buttons);
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const given = String(new FormData(form).get('answer') ?? '');
      const wanted = question.choices ? null : wants(given, String(question.answer));
      form.querySelector('.form')?.remove();
      if (wanted) buttons.before(make('p', { class: 'tip form', role: 'status' }, `Answer with ${wanted}.`));
      else settle(question, isRight(given, String(question.answer)) ? 'right' : 'wrong', given);
    });
    return form;
  };

  // ---- What moves it -------------------------------------------------------------------------------------------------

  const ICONS = {
    first: 'M6 5h2.5v14H6zM19 5v14l-9.5-7z',
    back: 'M16 5v14L6.5 12z',
    play: 'M8 5v14l11-7z',
    pause: 'M7 5h4v14H7zM13 5h4v14h-4z',
    next: 'M8 5v14l9.5-7z',
    last: 'M5 5v14l9.5-7zM15.5 5H18v14h-2.5z',
  };
  const button = (name, label, act) => {
    const svg = draw('svg', { viewBox: '0 0 24 24', 'aria-hidden': 'true' });
    svg.append(draw('path', { d: ICONS[name] }));
    const made = make('button', { type: 'button', 'aria-label': label, title: label, class: name }, svg);
    made.addEventListener('click', act);
    return made;
  };
  const manually = (act) => () => { pause(); act(); };
  const playButton = button('play', 'Play', () => (playing ? pause() : play()));
  const speed = make('select', { 'aria-label': 'Speed' },
    ...[0.25, 0.5, 1, 2, 4, 8].map((times) => make('option', { value: times, selected: times === 1 }, `${times}×`)));
  const range = make('input', { type: 'range', min: '0', max: String(events.length), step: '1', value: '0', 'aria-label': 'Event' });
  range.addEventListener('input', () => { pause(); toEvent(Number(range.value)); });
  const clockBox = make('div', { class: 'clock' });
  const quizMark = make('div', { id: 'quiz-mark', hidden: true });
  const transport = $('transport');
  transport.setAttribute('role', 'toolbar');
  transport.setAttribute('aria-label', 'Move through the replay');
  transport.append(
    make('div', { class: 'keys' },
      button('first', 'To the beginning (Home)', manually(() => toEvent(0))),
      button('back', 'Event before (left arrow)', manually(() => toEvent(now.k - 1))),
      playButton,
      button('next', 'Next event (right arrow)', manually(() => toEvent(now.k + 1))),
      button('last', 'To the end (End)', manually(toEnd))),
    make('div', { class: 'range' }, range), clockBox, make('div', { class: 'speed' }, speed), quizMark);

  const renderTransport = () => {
    const [day, clock] = clockAt(now.t);
    clockBox.replaceChildren(make('b', {}, `${day} ${clock}`), make('span', {}, `event ${now.k} of ${events.length}`));
    range.value = String(now.k);
    const what = now.k > 0 ? said(events[now.k - 1].line).textContent.trim() : 'the beginning';
    range.setAttribute('aria-valuetext', `${now.k} of ${events.length}, at ${elapsed(now.t)}: ${what}`);
    quizMark.hidden = !questions.length;
    quizMark.textContent = `Quiz: ${marked().filter(({ verdict }) => verdict === 'right').length} right of ${marked().length} answered, ${questions.length} in all`;
  };

  const render = () => {
    chart.style.setProperty('--x', String(now.x / WIDTH));
    const instances = standing();
    renderStates(instances);
    renderLog();
    renderNow(instances, renderMoney());
    renderTransport();
    const scroll = chart.parentElement;
    const gutter = parseFloat(getComputedStyle(chart).paddingLeft) || 0;
    const left = gutter + (chart.scrollWidth - gutter) * (now.x / WIDTH);
    if (left < scroll.scrollLeft + gutter || left > scroll.scrollLeft + scroll.clientWidth) scroll.scrollLeft = left - scroll.clientWidth / 2;
  };

  // At speed 1 an instant is on the screen for about a second, and the way to the next takes as long as it is wide.
  const HOLD = 900;
  const SWEEP = 14000;
  const play = () => {
    if (now.k >= events.length && now.t >= data.end) toEvent(0);
    playing = { last: null, hold: 0 };
    document.body.classList.add('playing');
    playButton.setAttribute('aria-label', 'Pause');
    playButton.querySelector('path').setAttribute('d', ICONS.pause);
    $('now-body').setAttribute('aria-live', 'off');
    requestAnimationFrame(step);
  };
  const pause = () => {
    playing = null;
    document.body.classList.remove('playing');
    playButton.setAttribute('aria-label', 'Play');
    playButton.querySelector('path').setAttribute('d', ICONS.play);
    $('now-body').setAttribute('aria-live', 'polite');
  };
  const step = (time) => {
    if (!playing) return;
    const times = Number(speed.value);
    const passed = Math.min(100, time - (playing.last ?? time)) * times;
    playing.last = time;
    if (openQuestion() && now.k >= gate()) return pause();
    if (playing.hold > 0) {
      playing.hold -= passed;
    } else {
      const next = events[now.k];
      const target = next ? placeOf(next.t) : WIDTH;
      const x = now.x + (passed * WIDTH) / SWEEP;
      if (still.matches || x >= target) {
        if (next) {
          toEvent(happened(next.t));
          playing.hold = still.matches ? HOLD * 1.5 : HOLD;
        } else {
          toEnd();
          return pause();
        }
      } else {
        toPlace(x);
      }
    }
    requestAnimationFrame(step);
  };

  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target;
    if (target.matches('input[type="text"], input[type="radio"], select, textarea')) return;
    const acts = {
      ArrowRight: () => (event.shiftKey ? toInstant(1) : toEvent(now.k + 1)),
      ArrowLeft: () => (event.shiftKey ? toInstant(-1) : toEvent(now.k - 1)),
      Home: () => toEvent(0),
      End: toEnd,
    };
    if (acts[event.key]) {
      event.preventDefault();
      pause();
      acts[event.key]();
    } else if (event.key === ' ' && !target.closest('button, summary, a, input')) {
      event.preventDefault();
      if (playing) pause();
      else play();
    }
  });

  takeAlong(chart, (x) => { pause(); toPlace(x); });

  // A click on a line of the log takes the cursor there.
  events.forEach(({ line }, index) => {
    said(line).addEventListener('click', () => { pause(); toEvent(index + 1); });
  });

  const follow = $('follow');
  if (data.instances.length > 1 && data.instances.length <= 12) {
    follow.hidden = false;
    follow.append('Follow');
    [null, ...data.instances].forEach((instance) => {
      const one = make('button', { type: 'button', 'aria-pressed': instance === null ? 'true' : 'false' }, instance?.name ?? 'all');
      one.addEventListener('click', () => {
        followed = instance?.id ?? null;
        all('button', follow).forEach((other) => other.setAttribute('aria-pressed', String(other === one)));
        renderStates(standing());
      });
      follow.append(one);
    });
  }

  // On paper it is as it is in the end, or at the question that is open.
  let before = 0;
  addEventListener('beforeprint', () => { pause(); before = now.k; toEnd(); });
  addEventListener('afterprint', () => toEvent(before));

  for (const id of ['now', 'transport', 'cursor', 'veil']) $(id).hidden = false;
  all('.hint', $('states')).forEach((hint) => { hint.textContent = 'The way that was taken last is the boldest.'; });
  events.forEach(({ line }) => line.classList.add('future'));
  pause();
  const begin = events.findIndex(({ line }) => `#${line.id}` === location.hash);
  toEvent(begin + 1);
})();
