package flows

// Where enrollers are missing, and the pace towards the targets.

// coverageCommand finds a command of this room.
func coverageCommand(string) (c command, typed, ok bool) { return command{}, false, false }

// coverageNotice says a notice of this room.
func coverageNotice(Notice) (Screen, bool) { return Screen{}, false }
