package telegramtest_test

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"sadasya/bot/telegramtest"
)

// upload calls a method with files, by the names of their parts.
func (b *bot) upload(method string, p params, files map[string]string) answer {
	b.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, data := range files {
		part, err := form.CreateFormFile(name, name+".png")
		if err != nil {
			b.t.Fatal(err)
		}
		if _, err := io.WriteString(part, data); err != nil {
			b.t.Fatal(err)
		}
	}
	for name, value := range p {
		if err := form.WriteField(name, value); err != nil {
			b.t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		b.t.Fatal(err)
	}
	res, err := b.client.Post(b.URL()+"/bot"+b.Token()+"/"+method, form.FormDataContentType(), &body)
	if err != nil {
		b.t.Fatal(err)
	}
	a, err := read(res)
	if err != nil {
		b.t.Fatal(err)
	}
	return a
}

func TestWhatAPersonSendsCanBeFetched(t *testing.T) {
	t.Parallel()
	b := newBot(t, telegramtest.Options{})
	p := b.person()
	p.SendPhoto(telegramtest.File{Name: "card.jpg", Data: []byte("a photo")}, "मेरा कार्ड")
	p.SendVoice(telegramtest.File{Name: "said.ogg", Data: []byte("a voice")})
	p.SendDocument(telegramtest.File{Name: "film.mkv", Data: []byte("x")}, "/admin", 2<<30)
	type file struct {
		ID   string `json:"file_id"`
		Size int64  `json:"file_size"`
	}
	var updates []struct {
		Message struct {
			Text, Caption string
			Photo         []file
			Voice         file
			Document      file
			Entities      []telegramtest.Entity `json:"caption_entities"`
		}
	}
	b.done("getUpdates", nil, &updates)
	photo, voice, film := updates[1].Message, updates[2].Message, updates[3].Message
	if photo.Caption != "मेरा कार्ड" || photo.Text != "" || len(photo.Photo) != 2 {
		t.Errorf("the photo came as %+v", photo)
	}
	if len(film.Entities) != 1 || film.Document.Size != 2<<30 {
		t.Errorf("the document came as %+v", film)
	}
	for id, want := range map[string]string{photo.Photo[1].ID: "a photo", voice.Voice.ID: "a voice"} {
		var f struct {
			Path string `json:"file_path"`
		}
		b.done("getFile", params{"file_id": id}, &f)
		for token, code := range map[string]int{b.Token(): http.StatusOK, "1:wrong": http.StatusNotFound} {
			res, err := b.client.Get(b.URL() + "/file/bot" + token + "/" + f.Path)
			if err != nil {
				t.Fatal(err)
			}
			raw, err := io.ReadAll(res.Body)
			res.Body.Close()
			if err != nil || res.StatusCode != code || code == http.StatusOK && string(raw) != want {
				t.Errorf("%s: %d %q, %v; want %d %q", f.Path, res.StatusCode, raw, err, code, want)
			}
		}
	}
	if a := b.call("getFile", params{"file_id": film.Document.ID}); a.Description != "Bad Request: file is too big" {
		t.Errorf("two gigabytes: %q", a.Description)
	}
	if a := b.call("getFile", params{"file_id": "nothing"}); a.Description != "Bad Request: invalid file_id" {
		t.Errorf("no file: %q", a.Description)
	}
}

func TestAnAlbumIsManyMessages(t *testing.T) {
	t.Parallel()
	b := newBot(t, telegramtest.Options{})
	p := b.person()
	two := `[{"type":"photo","media":"attach://one","caption":"<b>क</b>","parse_mode":"HTML"},{"type":"photo","media":"attach://two"}]`
	if a := b.upload("sendMediaGroup", params{"chat_id": chatID(p), "media": two}, map[string]string{"one": "1", "two": "2"}); !a.OK {
		t.Fatal(a.Description)
	}
	m := p.Messages()
	if len(m) != 3 || string(m[1].File.Data) != "1" || m[1].Text != "क" || string(m[2].File.Data) != "2" {
		t.Errorf("the chat is %+v", m)
	}
	for media, want := range map[string]string{
		`[{"type":"photo","media":"attach://one"}]`:                                                    "2 to 10",
		`[{"type":"photo","media":"attach://one"},{"type":"photo","media":"attach://three"}]`:          "wrong file identifier",
		`[{"type":"photo","media":"attach://one"},{"type":"video","media":"attach://one"}]`:            "not played here",
		`[{"type":"photo","media":"attach://one"},{"type":"document","media":"` + m[1].File.ID + `"}]`: "wrong file identifier",
		`"attach://one"`: "can't parse media",
	} {
		if a := b.upload("sendMediaGroup", params{"chat_id": chatID(p), "media": media}, map[string]string{"one": "1"}); a.OK || !strings.Contains(a.Description, want) {
			t.Errorf("%s: %q, want %q", media, a.Description, want)
		}
	}
	if a := b.upload("sendPhoto", params{"chat_id": chatID(p), "photo": "attach://x"}, map[string]string{"x": ""}); a.Description != "Bad Request: file must be non-empty" {
		t.Errorf("an empty file: %q", a.Description)
	}
	if a := b.upload("sendPhoto", params{"chat_id": chatID(p), "photo": "attach://x"}, map[string]string{"x": "1", "y": "2"}); !strings.Contains(a.Description, `no file "y"`) {
		t.Errorf("a stray file: %q", a.Description)
	}

	ids := p.SendAlbum("mine", telegramtest.File{Name: "1", Data: []byte("1")}, telegramtest.File{Name: "2", Data: []byte("2")})
	var updates []struct {
		Message struct {
			Album   string `json:"media_group_id"`
			Caption string
		}
	}
	b.done("getUpdates", params{"offset": strconv.FormatInt(ids[0], 10)}, &updates)
	if len(updates) != 2 || updates[0].Message.Album == "" || updates[0].Message.Album != updates[1].Message.Album || updates[0].Message.Caption != "mine" || updates[1].Message.Caption != "" {
		t.Errorf("a person's album is %+v", updates)
	}
}

func TestAFileThatWasSentIsSentAgainByItsID(t *testing.T) {
	t.Parallel()
	b := newBot(t, telegramtest.Options{})
	p, q := b.person(), b.person()
	for to, data := range map[*telegramtest.Person]string{p: "for one", q: "for another"} { // of one name
		a := b.upload("sendPhoto", params{"chat_id": chatID(to)}, map[string]string{"photo": data})
		var sent struct {
			Photo []struct {
				ID string `json:"file_id"`
			}
		}
		if err := json.Unmarshal(a.Result, &sent); err != nil || len(sent.Photo) == 0 {
			t.Fatalf("%s: %v", a.Result, err)
		}
		b.done("sendPhoto", params{"chat_id": chatID(to), "photo": sent.Photo[0].ID}, nil)
		m := to.Messages()
		if got := string(m[len(m)-1].File.Data); got != data {
			t.Errorf("sent again it is %q, not %q", got, data)
		}
	}
}
