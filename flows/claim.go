package flows

// What an assisted person may do by the link on the slip.

// claimCommand finds a command of this room.
func claimCommand(string) (c command, typed, ok bool) { return command{}, false, false }

// claimNotice says a notice of this room.
func claimNotice(Notice) (Screen, bool) { return Screen{}, false }
