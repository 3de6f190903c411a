package flows

// What office-holders decide about doubtful entries.

// reviewCommand finds a command of this room.
func reviewCommand(string) (c command, typed, ok bool) { return command{}, false, false }

// reviewNotice says a notice of this room.
func reviewNotice(Notice) (Screen, bool) { return Screen{}, false }
