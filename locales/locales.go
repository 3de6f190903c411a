// Package locales holds every word that a person reads, one YAML file a
// language, and the printer that fills them in. It imports nothing of ours.
//
// A message is a key and a text with {named} places. Texts are Telegram's HTML
// with <b> alone; whoever fills a place escapes it.
package locales

import (
	"embed"
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

//go:embed *.yaml voice/*.ogg
var files embed.FS

// Voice is what is spoken under a name in one language, as Ogg with Opus. It is
// made from the text beside it by make voice.
func Voice(name, language string) ([]byte, error) {
	raw, err := files.ReadFile("voice/" + name + "." + language + ".ogg")
	if err != nil {
		return nil, fmt.Errorf("voice %s: %w", name, err)
	}
	return raw, nil
}

// Languages are the files there are, in the order they are offered.
func Languages() []string { return []string{"hi", "en"} }

// Printer prints the messages of one language. It is safe for concurrent use.
type Printer struct {
	messages map[string][]part
}

// part is a piece of literal text, or a place to fill.
type part struct{ text, place string }

// Load reads one language.
func Load(language string) (*Printer, error) {
	raw, err := files.ReadFile(language + ".yaml")
	if err != nil {
		return nil, fmt.Errorf("locale %s: %w", language, err)
	}
	return Parse(raw)
}

// Parse reads the YAML of one language: a flat map of keys to texts.
func Parse(raw []byte) (*Printer, error) {
	var texts map[string]string
	if err := yaml.Unmarshal(raw, &texts); err != nil {
		return nil, fmt.Errorf("locale: %w", err)
	}
	p := &Printer{messages: make(map[string][]part, len(texts))}
	for key, text := range texts {
		parts, err := split(text)
		if err != nil {
			return nil, fmt.Errorf("locale: %s: %w", key, err)
		}
		p.messages[key] = parts
	}
	return p, nil
}

func split(text string) ([]part, error) {
	var parts []part
	for text != "" {
		before, rest, found := strings.Cut(text, "{")
		if before != "" {
			parts = append(parts, part{text: before})
		}
		if !found {
			break
		}
		place, after, closed := strings.Cut(rest, "}")
		if !closed || place == "" {
			return nil, fmt.Errorf("a { without its }")
		}
		parts, text = append(parts, part{place: place}), after
	}
	return parts, nil
}

// Append writes the message to dst; fill writes the value of a place. A key
// that is not there is written as itself: tests see to it that none is missing.
func (p *Printer) Append(dst []byte, key string, fill func(dst []byte, place string) []byte) []byte {
	parts, ok := p.messages[key]
	if !ok {
		return append(dst, key...)
	}
	for _, x := range parts {
		if x.place != "" {
			dst = fill(dst, x.place)
			continue
		}
		dst = append(dst, x.text...)
	}
	return dst
}

// Has tells whether there is such a message.
func (p *Printer) Has(key string) bool { _, ok := p.messages[key]; return ok }

// Keys lists all keys in order.
func (p *Printer) Keys() []string {
	keys := make([]string, 0, len(p.messages))
	for k := range p.messages {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// Places lists what a message has to be filled with, each once, in order.
func (p *Printer) Places(key string) []string {
	var places []string
	for _, x := range p.messages[key] {
		if x.place != "" {
			places = append(places, x.place)
		}
	}
	slices.Sort(places)
	return slices.Compact(places)
}
