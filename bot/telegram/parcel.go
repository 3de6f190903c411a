package telegram

import (
	"context"
	"io"
	"strconv"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
)

// parcelTimeout bounds the sending of a file of up to 50 MB, the most that
// Telegram takes of a bot. Source: Bot API, sendDocument.
const parcelTimeout = 3 * time.Minute

// Parcel sends a file, which is read as it is sent, with words below. Errors:
// *Failure.
func (a *API) Parcel(ctx context.Context, chat int64, name string, file io.Reader, html string) error {
	ctx, cancel := context.WithTimeout(ctx, parcelTimeout)
	defer cancel()
	params := tgbotapi.Params{"chat_id": strconv.FormatInt(chat, 10), "caption": html, "parse_mode": "HTML"}
	_, err := a.upload(ctx, "sendDocument", params, tgbotapi.RequestFile{Name: "document", Data: tgbotapi.FileReader{Name: name, Reader: file}})
	return err
}
