package html_test

import (
	"testing"

	"github.com/holdfast-ml/holdfast/internal/report/reporttest"
)

func TestPageInABrowser(t *testing.T) {
	b := startBrowser(t)
	page := write(t, reporttest.Contoso(t))

	b.run("nothing is refused, nothing leaves the page", func(t *testing.T) {
		for name, r := range reporttest.All(t) {
			b.open(write(t, r), "")
			for _, c := range b.complaints() {
				t.Errorf("%s: %s", name, c)
			}
			b.want(`document.documentElement.classList.contains('js')`, "true")
			b.want(`document.querySelectorAll('script').length`, "2")
			b.want(`document.querySelectorAll('img').length`, "0")
		}
	})

	b.run("arrows go through the outages", func(t *testing.T) {
		b.open(page, "")
		b.want(`document.querySelector('.shown').textContent`, "Shown: zone 1 of westeurope fails. 3 of 11 boxes do not carry on.")
		b.press("ArrowRight")
		b.want(`document.querySelector('.row.chosen').dataset.row`, "1")
		b.want(`document.querySelector('.shown').textContent`, "Shown: any of zones 2, 3 of westeurope fails. 1 of 11 boxes do not carry on.")
		b.want(`document.querySelectorAll('.box.s-down').length`, "0")
		b.want(`document.querySelectorAll('.why.open').length`, "1")
		b.press("ArrowLeft")
		b.press("ArrowLeft")
		b.want(`document.querySelector('.row.chosen th').textContent.trim()`, "the whole region")
		b.want(`location.hash`, "#o-0-5")
	})

	b.run("a click on a row shows it on the map", func(t *testing.T) {
		b.open(page, "")
		b.eval(`document.querySelectorAll('.row-button')[2].click()`)
		b.want(`document.getElementById('choose-outage').selectedOptions[0].textContent`, "region westeurope")
		b.want(`document.querySelectorAll('.home .effect.e-lost').length`, "6")
		b.want(`document.querySelectorAll('.row-button')[2].getAttribute('aria-expanded')`, "true")
	})

	b.run("a link opens an outage", func(t *testing.T) {
		b.open(page, "#o-0-3")
		b.want(`document.querySelector('.row.chosen th').textContent.trim()`, "Key Vault")
	})

	b.run("findings are searched and filtered", func(t *testing.T) {
		b.open(page, "")
		b.press("/")
		b.want(`document.activeElement.id`, "search")
		b.eval(`(() => { const s = document.getElementById('search'); s.value = 'purged'; s.dispatchEvent(new Event('input')) })()`)
		b.want(`document.getElementById('f-count').textContent`, "1 of 6 shown")
		b.press("Escape")
		b.want(`document.getElementById('f-count').textContent`, "6 of 6 shown")
		b.eval(`(() => { const s = document.getElementById('f-service'); s.value = 'azure-sql'; s.dispatchEvent(new Event('change')) })()`)
		b.want(`document.getElementById('f-count').textContent`, "2 of 6 shown")
		b.eval(`(() => { const s = document.getElementById('f-status'); s.value = 'unknown'; s.dispatchEvent(new Event('change')) })()`)
		b.want(`document.getElementById('f-count').textContent`, "1 of 6 shown")
	})

	b.run("help and themes have keys", func(t *testing.T) {
		b.open(page, "")
		b.press("?")
		b.want(`document.getElementById('help').open`, "true")
		b.eval(`document.getElementById('help').close()`)
		before := b.eval(`getComputedStyle(document.body).backgroundColor`)
		b.press("t")
		if after := b.eval(`getComputedStyle(document.body).backgroundColor`); after == before {
			t.Errorf("the page stays %s", before)
		}
		b.press("t")
		b.want(`getComputedStyle(document.body).backgroundColor`, before)
	})

	b.run("workspaces are chosen", func(t *testing.T) {
		b.open(write(t, reporttest.Fleet(t, 25)), "")
		b.want(`document.querySelectorAll('#map .ws:not([hidden])').length`, "1")
		b.eval(`(() => { const s = document.getElementById('choose-ws'); s.value = '3'; s.dispatchEvent(new Event('change')) })()`)
		b.want(`document.querySelector('#outages .ws:not([hidden])').dataset.ws`, "3")
		b.open(write(t, reporttest.Fleet(t, 25)), "#ws-2")
		b.want(`document.querySelector('#map .ws:not([hidden])').dataset.ws`, "2")
	})

	b.run("the page never scrolls sideways", func(t *testing.T) {
		for name, r := range reporttest.All(t) {
			for _, width := range []int{360, 768, 1280} {
				b.size(width, 900)
				b.open(write(t, r), "")
				if b.eval(`document.documentElement.scrollWidth <= document.documentElement.clientWidth`) != "true" {
					t.Errorf("%s is wider than %d: %s", name, width, b.eval(`document.documentElement.scrollWidth`))
				}
			}
		}
	})

	b.run("without its script the page shows everything", func(t *testing.T) {
		b.size(1280, 900)
		b.open(scripts.ReplaceAllString(page, ""), "")
		b.want(`[...document.querySelectorAll('.why')].filter(e => e.offsetHeight === 0).length`, "0")
		b.want(`[...document.querySelectorAll('.js')].filter(e => e.offsetHeight > 0).length`, "0")
		b.want(`[...document.querySelectorAll('.step')].filter(e => e.offsetHeight === 0).length`, "0")
		b.want(`document.querySelectorAll('.box.s-down').length`, "2")
		b.want(`document.querySelector('.shown').textContent`, "Shown: zone 1 of westeurope fails.")
	})

	b.run("printed, everything is there and controls are not", func(t *testing.T) {
		b.open(page, "")
		b.call("Emulation.setEmulatedMedia", map[string]any{"media": "print"}, nil)
		defer b.call("Emulation.setEmulatedMedia", map[string]any{"media": ""}, nil)
		b.want(`[...document.querySelectorAll('.why')].filter(e => e.offsetHeight === 0).length`, "0")
		b.want(`[...document.querySelectorAll('.top,.choose,.filters')].filter(e => e.offsetHeight > 0).length`, "0")
		b.eval(`dispatchEvent(new Event('beforeprint'))`)
		b.want(`document.querySelectorAll('details:not([open])').length`, "1") // what passes stays folded
		b.eval(`dispatchEvent(new Event('afterprint'))`)
		b.want(`document.querySelectorAll('details[open]').length`, "3")
	})

	b.run("the system's choice of dark or light is followed until somebody chooses", func(t *testing.T) {
		background := `getComputedStyle(document.body).backgroundColor`
		b.call("Emulation.setEmulatedMedia", map[string]any{"features": []map[string]string{{"name": "prefers-color-scheme", "value": "dark"}}}, nil)
		defer b.call("Emulation.setEmulatedMedia", map[string]any{"features": []map[string]string{}}, nil)
		b.open(page, "")
		b.eval(`localStorage.clear(); delete document.documentElement.dataset.theme`)
		b.want(background, "rgb(16, 22, 24)")
		b.press("t")
		b.want(background, "rgb(251, 250, 247)")
		b.want(`document.documentElement.dataset.theme`, "light")
		b.eval(`localStorage.clear()`)
	})

	b.run("every control has a name, every table a head", func(t *testing.T) {
		b.open(page, "")
		b.want(`[...document.querySelectorAll('button,select,input')].filter(e => !(e.textContent.trim() || e.getAttribute('aria-label') || e.closest('label'))).length`, "0")
		b.want(`[...document.querySelectorAll('table')].filter(e => !e.caption || !e.querySelector('th[scope=col]')).length`, "0")
		b.want(`[...document.querySelectorAll('[aria-labelledby],[aria-controls]')].flatMap(e => ((e.getAttribute('aria-labelledby') || '') + ' ' + (e.getAttribute('aria-controls') || '')).trim().split(/\s+/)).filter(id => !document.getElementById(id)).length`, "0")
		b.want(`document.querySelectorAll('[id]').length - new Set([...document.querySelectorAll('[id]')].map(e => e.id)).size`, "0")
	})
}
