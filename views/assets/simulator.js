/* Keeps the phones live. Without this script everything still works by forms and links. */
(() => {
  const room = document.querySelector('.phones');
  if (!room) return;
  const open = room.dataset.open ?? '';
  const offline = document.getElementById('offline');
  const phoneOf = (number) => room.querySelector(`[data-phone="${CSS.escape(number)}"]`);

  /** Puts a bubble where its time belongs; the same id is replaced where it stands. */
  function place({ phone, id, html }) {
    const list = phoneOf(phone)?.querySelector('.thread-list');
    if (!list) return;
    const holder = document.createElement('template');
    holder.innerHTML = html.trim();
    const bubble = holder.content.firstElementChild;
    const known = document.getElementById(id);
    if (known) {
      known.replaceWith(bubble);
      return;
    }
    let before = list.lastElementChild;
    while (before && before.dataset.at > bubble.dataset.at) before = before.previousElementSibling;
    if (before) before.after(bubble);
    else list.prepend(bubble);
    bubble.classList.add('is-new');
    while (list.children.length > 300) list.firstElementChild.remove();
  }

  function weather({ rough, summary, details, form }) {
    const mast = document.querySelector('.mast');
    mast.classList.toggle('is-rough', rough);
    mast.querySelector('.mast-summary').textContent = summary;
    mast.querySelector('.mast-details').textContent = details;
    const fields = mast.querySelector('.mast-panel').elements;
    for (const [name, value] of Object.entries(form)) if (fields[name]) fields[name].value = value;
  }

  /** After a broken connection: what came meanwhile, without touching what is being written. */
  async function catchUp() {
    const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), 'text/html');
    for (const phone of page.querySelectorAll('[data-phone]'))
      phoneOf(phone.dataset.phone)?.querySelector('.thread-list')?.replaceWith(phone.querySelector('.thread-list'));
  }

  const events = new EventSource(`/simulator/events?phones=${encodeURIComponent(open)}`);
  let broken = false;
  const on = (name, run) => events.addEventListener(name, (event) => run(JSON.parse(event.data)));
  on('bubble', place);
  on('gone', ({ id }) => document.getElementById(id)?.remove());
  on('weather', weather);
  on('news', (numbers) => {
    for (const number of numbers) {
      const spot = document.querySelector(`[data-spot="${CSS.escape(number)}"] .news`);
      if (spot) spot.hidden = false;
    }
  });
  events.addEventListener('error', () => {
    broken = true;
    offline.hidden = false;
  });
  events.addEventListener('open', () => {
    offline.hidden = true;
    if (broken) catchUp().catch(() => undefined);
    broken = false;
  });

  async function send(form, text) {
    const problem = form.querySelector('.problem');
    problem.textContent = text.trim() === '' ? form.dataset.empty : '';
    if (problem.textContent !== '') return false;
    const { from, to } = form.elements;
    try {
      const answer = await fetch('/simulator/messages', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ from: from.value, to: to.value, text }),
      });
      if (answer.ok) return true;
    } catch {
      /* The same words as for a refusal: the text is kept either way. */
    }
    problem.textContent = form.dataset.busy;
    return false;
  }

  for (const form of document.querySelectorAll('.write')) {
    const box = form.elements.text;
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      const quick = event.submitter?.name === 'quick' ? event.submitter.value : null;
      const text = quick ?? box.value;
      if ((await send(form, text)) && quick === null && box.value === text) box.value = '';
    });
    /* Enter sends as on a phone's own keyboard; with Shift it is a new line. */
    box.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      form.requestSubmit();
    });
  }

  const panel = document.querySelector('.mast-panel');
  panel.classList.add('is-live');
  panel.addEventListener('change', () => {
    fetch(panel.action, { method: 'POST', body: new URLSearchParams(new FormData(panel)), redirect: 'manual' });
  });
  document.getElementById('mast-reset').addEventListener('submit', (event) => {
    event.preventDefault();
    fetch(panel.action, { method: 'POST', body: new URLSearchParams(new FormData(event.target)), redirect: 'manual' });
  });
})();
