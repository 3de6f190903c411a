package flows

// What a chief enroller does with the enrollers of the area.

// teamCommand finds a command of this room.
func teamCommand(string) (c command, typed, ok bool) { return command{}, false, false }

// teamNotice says a notice of this room.
func teamNotice(Notice) (Screen, bool) { return Screen{}, false }
