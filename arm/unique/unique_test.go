package unique

import "testing"

// Published results of the function.
func TestTextsAreThoseOfTheTemplateFunction(t *testing.T) {
	for _, x := range []struct {
		texts []string
		want  string
	}{
		{[]string{"aaa"}, "zavj67f3en4hc"},
		{[]string{"bbb"}, "w5eragfxe33cy"},
		{[]string{"xxx", "yyy", "zzz"}, "lghi7k5js7itq"},
		{[]string{"snap", "crackle", "pop"}, "byghxckddilkc"},
		{[]string{"/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myRg"}, "js26ofeqkqeve"},
	} {
		if got := String(x.texts...); got != x.want {
			t.Errorf("%q: %s, want %s", x.texts, got, x.want)
		}
	}
}

func TestAnyTextHasThirteenLettersAndDigits(t *testing.T) {
	seen := map[string]string{}
	for _, text := range []string{"", "a", "A", "ab", "a-b", "rg", "rg-ws", "rg-ws2", "äöü", "12345678", "123456789"} {
		got := String(text)
		if len(got) != 13 {
			t.Errorf("%q: %q", text, got)
		}
		for _, c := range got {
			if (c < 'a' || c > 'z') && (c < '2' || c > '7') {
				t.Errorf("%q has %q", got, c)
			}
		}
		if other, dup := seen[got]; dup {
			t.Errorf("%q and %q both give %s", text, other, got)
		}
		seen[got] = text
	}
}
