package main

import (
	"strings"

	"sadasya/bot"
	"sadasya/bot/picture"
	"sadasya/party"
	"sadasya/store/seal"
)

// pictures draws for the bot what bot/picture can, with links that the keys
// prove.
type pictures struct {
	drawer   *picture.Drawer
	keys     *seal.Keys
	username func() string
}

func newPictures(keys *seal.Keys, username func() string) (*pictures, error) {
	drawer, err := picture.New()
	return &pictures{drawer: drawer, keys: keys, username: username}, err
}

// Poster and Slips draw what an enroller hands out.
func (p *pictures) Poster(i bot.Invitation) ([]byte, error) { return p.drawer.Poster(p.poster(i)) }

func (p *pictures) Slips(i bot.Invitation) ([]byte, error) { return p.drawer.Slips(p.poster(i)) }

func (p *pictures) poster(i bot.Invitation) picture.Poster {
	return picture.Poster{
		Language: i.Language, Party: i.Party, Enroller: string(i.Enroller), Booth: i.Place, Code: i.Code, Fee: strings.TrimRight(i.Fee, "।."),
		Link: "https://t.me/" + p.username() + "?start=" + string(i.Code),
	}
}

// Card draws a member's card.
func (p *pictures) Card(f bot.Face) ([]byte, error) {
	proof := party.Proof{Number: f.Number, Name: f.Name, Booth: f.Booth, On: f.On}
	return p.drawer.Card(picture.Card{
		Language: f.Language, Party: f.Party, Name: f.Name, Number: f.Number, Booth: f.Place, Inviter: f.Inviter, On: f.On.In(f.Language),
		Link: "https://t.me/" + p.username() + "?start=" + party.CardPayload(f.Number, p.keys.CardTag(f.Number)) + "#" + proof.Sign(p.keys.CardKey()),
	})
}
