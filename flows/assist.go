package flows

// What an enroller does for people beside them who have no Telegram.

// assistCommand finds a command of this room.
func assistCommand(string) (c command, typed, ok bool) { return command{}, false, false }

// assistNotice says a notice of this room.
func assistNotice(Notice) (Screen, bool) { return Screen{}, false }
