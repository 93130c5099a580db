// Shows the forms about passkeys where the browser knows them, and asks it for one before such a form is sent: what the
// server asks comes by `data-ask`, the browser's answer goes along in the field `credential`. Without it the forms stay
// hidden, and the password is what there is.
(() => {
  const kit = window.SimpleWebAuthnBrowser;
  if (!kit?.browserSupportsWebAuthn()) return;

  async function credentialFor(form) {
    const answer = await fetch(form.dataset.ask, { method: 'POST', body: new URLSearchParams(new FormData(form)) });
    const { options, problem } = await answer.json();
    if (!options) throw new Error('refused', { cause: problem });
    const begin = form.dataset.passkey === 'new' ? kit.startRegistration : kit.startAuthentication;
    return JSON.stringify(await begin({ optionsJSON: options }));
  }

  /** What went wrong, in the page's words: refused by the server, or given up at the device. */
  function wordsFor(error, { cancelled, failed }) {
    if (error.message === 'refused' && error.cause) return error.cause;
    const gone = error.name === 'NotAllowedError' || error.name === 'AbortError';
    return gone ? cancelled : failed;
  }

  for (const form of document.querySelectorAll('form[data-passkey]')) {
    form.hidden = false;
    const said = form.querySelector('[data-problem]');
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      const button = form.querySelector('button');
      if (button.disabled) return;
      button.disabled = true;
      said.hidden = true;
      try {
        form.elements.credential.value = await credentialFor(form);
        // The password has done its work.
        if (form.elements.current) form.elements.current.disabled = true;
        form.submit();
      } catch (error) {
        said.textContent = wordsFor(error, form.dataset);
        said.hidden = false;
      } finally {
        button.disabled = false;
      }
    });
  }
})();
