package flows

// What admins look up and take out.

// adminCommand finds a command of this room.
func adminCommand(string) (c command, typed, ok bool) { return command{}, false, false }

// adminNotice says a notice of this room.
func adminNotice(Notice) (Screen, bool) { return Screen{}, false }
