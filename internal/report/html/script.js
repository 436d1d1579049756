(function () {
  'use strict';
  var root = document.documentElement, $ = function (id) { return document.getElementById(id); };
  var all = function (selector, from) { return Array.prototype.slice.call((from || document).querySelectorAll(selector)); };
  root.classList.add('js');
  var data = JSON.parse($('data').textContent) || [];

  // Light and dark: what the system says, until somebody chooses.
  var remember = function (v) { try { if (v === undefined) return localStorage.getItem('holdfast-theme'); localStorage.setItem('holdfast-theme', v); } catch (e) { return null; } };
  var dark = function () { return root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches; };
  var saved = remember();
  if (saved === 'dark' || saved === 'light') root.dataset.theme = saved;
  var turn = function () { root.dataset.theme = dark() ? 'light' : 'dark'; remember(root.dataset.theme); };
  $('theme').addEventListener('click', turn);

  // The chosen workspace and outage.
  var ws = 0, row = -1, pickWs = $('choose-ws'), pickRow = $('choose-outage');
  var parts = function (n) { return all('.ws[data-ws="' + n + '"]'); };
  var chosenIn = function (n) { var r = document.querySelector('.ws[data-ws="' + n + '"] .row.chosen'); return r ? +r.dataset.row : -1; };
  var restate = function (node, kept, value) { node.setAttribute('class', kept + ' ' + value); };

  function showRow(n) {
    row = n;
    var here = data[ws] && data[ws].rows[n];
    if (!here) return;
    pickRow.value = String(n);
    parts(ws).forEach(function (part) {
      all('.row', part).forEach(function (r) {
        var is = +r.dataset.row === n;
        r.classList.toggle('chosen', is);
        r.nextElementSibling.classList.toggle('open', is);
        r.querySelector('button').setAttribute('aria-expanded', String(is));
      });
      all('[data-box]', part).forEach(function (b) {
        var s = here.boxes[+b.dataset.box];
        restate(b, b.classList.contains('named') ? 'box named' : 'box', s.c);
        b.querySelector('.state').textContent = s.t;
      });
      all('.arrow', part).forEach(function (a) { restate(a, 'arrow', here.boxes[+a.dataset.to].c); });
      all('.effect', part).forEach(function (e, i) { restate(e, 'effect', here.effects[i].c); e.textContent = here.effects[i].t; });
      all('.shown', part).forEach(function (p) {
        var hit = here.boxes.filter(function (b) { return b.c !== 's-carries-on'; }).length;
        p.textContent = 'Shown: ' + here.title + ' fails. ' + hit + ' of ' + here.boxes.length + ' boxes do not carry on.';
      });
    });
  }

  function showWs(n) {
    ws = n;
    if (pickWs) pickWs.value = String(n);
    all('.ws').forEach(function (part) { part.hidden = +part.dataset.ws !== n; });
    pickRow.textContent = '';
    data[n].rows.forEach(function (r, i) { var o = document.createElement('option'); o.value = i; o.textContent = r.title; pickRow.appendChild(o); });
    ['prev', 'next', 'choose-outage'].forEach(function (id) { $(id).disabled = data[n].rows.length === 0; });
    parts(n).forEach(function (part) {
      var svg = part.querySelector('svg.picture');
      if (svg) svg.parentNode.scrollLeft = (svg.parentNode.scrollWidth - svg.parentNode.clientWidth) / 2; // the workspace is in the middle
    });
    var first = chosenIn(n);
    showRow(first < 0 ? 0 : first);
  }

  function step(by) {
    var n = data[ws] ? data[ws].rows.length : 0;
    if (n) choose((row + by + n) % n);
  }

  function choose(n) {
    showRow(n);
    try { history.replaceState(null, '', '#o-' + ws + '-' + n); } catch (e) { /* a page from disk may not have one */ }
  }

  if (data.length) {
    if (pickWs) pickWs.addEventListener('change', function () { showWs(+pickWs.value); });
    pickRow.addEventListener('change', function () { choose(+pickRow.value); });
    $('prev').addEventListener('click', function () { step(-1); });
    $('next').addEventListener('click', function () { step(1); });
    all('.row').forEach(function (r) { r.addEventListener('click', function () { choose(+r.dataset.row); }); });
    all('[data-goto]').forEach(function (a) { a.addEventListener('click', function () { showWs(+a.dataset.goto); }); });
    var go = function () {
      var m = /^#(?:o-(\d+)-(\d+)|ws-(\d+))$/.exec(location.hash);
      if (!m) return false;
      var n = +(m[1] || m[3] || 0);
      if (!data[n]) return false;
      showWs(n);
      if (m[2] && data[n].rows[+m[2]]) showRow(+m[2]);
      return true;
    };
    if (!go()) showWs(0);
    addEventListener('hashchange', go);
  }

  // Filters of the findings.
  var search = $('search'), steps = all('.step');
  function filter() {
    if (!search) return;
    var text = search.value.trim().toLowerCase(), status = $('f-status').value, severity = $('f-severity').value, service = $('f-service').value, n = 0;
    steps.forEach(function (s) {
      var ok = (!status || s.dataset.status === status) && (!severity || s.dataset.severity === severity) &&
        (!service || s.dataset.service.indexOf(' ' + service + ' ') >= 0) && (!text || s.textContent.toLowerCase().indexOf(text) >= 0);
      s.hidden = !ok;
      if (ok) n++;
    });
    all('.phase').forEach(function (p) { p.hidden = !p.querySelector('.step:not([hidden])'); });
    $('f-count').textContent = n + ' of ' + steps.length + ' shown';
  }
  function clear() {
    if (!search) return;
    search.value = '';
    ['f-status', 'f-severity', 'f-service'].forEach(function (id) { $(id).value = ''; });
    filter();
  }
  if (search) {
    search.form.addEventListener('submit', function (e) { e.preventDefault(); });
    search.addEventListener('input', filter);
    ['f-status', 'f-severity', 'f-service'].forEach(function (id) { $(id).addEventListener('change', filter); });
    filter();
  }

  // Keys.
  var help = $('help'), openHelp = function () { if (!help.open) help.showModal(); };
  $('help-open').addEventListener('click', openHelp);
  addEventListener('keydown', function (e) {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    var typing = /^(INPUT|SELECT|TEXTAREA)$/.test(e.target.tagName);
    if (e.key === 'Escape' && !help.open) { clear(); if (typing) e.target.blur(); return; }
    if (typing || help.open) return;
    switch (e.key) {
      case '/': if (search) { e.preventDefault(); search.focus(); search.scrollIntoView({ block: 'center' }); } break;
      case '?': e.preventDefault(); openHelp(); break;
      case 't': turn(); break;
      case 'ArrowLeft': if (data.length) { e.preventDefault(); step(-1); } break;
      case 'ArrowRight': if (data.length) { e.preventDefault(); step(1); } break;
    }
  });

  // A printed page shows everything.
  var closed = [];
  addEventListener('beforeprint', function () { closed = all('details:not([open]):not([data-status=pass])'); closed.forEach(function (d) { d.open = true; }); });
  addEventListener('afterprint', function () { closed.forEach(function (d) { d.open = false; }); });
})();
