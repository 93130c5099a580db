// The button is for those whom it helps; the browser's own menu prints as well.
const print = document.getElementById('print');
print.hidden = false;
print.addEventListener('click', () => window.print());
