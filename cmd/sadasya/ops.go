package main

import (
	"fmt"
	"net/http"
	"net/http/pprof"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// opsPaths are what opsHandler answers, for a server that answers other things too.
func opsPaths() []string { return []string{"/healthz", "/readyz", "/metrics", "/debug/pprof/"} }

// opsHandler answers what an operator asks: health, readiness, metrics and
// profiles. Whoever comes through a proxy gets none of it: the address may be
// the webhook's own, which the world reaches.
func opsHandler(ready http.HandlerFunc, metrics *prometheus.Registry) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", ready)
	mux.Handle("GET /metrics", promhttp.HandlerFor(metrics, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		for _, forwarded := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "Via"} {
			if req.Header.Get(forwarded) != "" {
				http.NotFound(w, req)
				return
			}
		}
		mux.ServeHTTP(w, req)
	})
}
