package flows

// What admins send to many.

// broadcastCommand finds a command of this room.
func broadcastCommand(string) (c command, typed, ok bool) { return command{}, false, false }

// broadcastNotice says a notice of this room.
func broadcastNotice(Notice) (Screen, bool) { return Screen{}, false }
