package telegramtest

import "time"

// Delivery is one try to hand an update to the bot by its webhook, a repeat too.
type Delivery struct {
	Body         []byte // the update
	Began, Ended time.Time
	Err          error // nil: answered by a 2xx
	Message      int   // the id of what the answer itself brought into the chat; 0: nothing
}

// OnDelivery lets a test see every delivery as it ends. Deliveries end at the same
// time; the server is not locked meanwhile.
func (s *Server) OnDelivery(watch func(Delivery)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.watch = watch
}

// watched tells whoever watches of a delivery that has ended.
func (s *Server) watched(d Delivery) {
	s.mu.Lock()
	watch := s.watch
	s.mu.Unlock()
	if watch != nil {
		d.Ended = time.Now()
		watch(d)
	}
}
