# The program alone: static, as nobody in particular, with time zones, fonts and
# words inside. No Postgres and no Redis: DATABASE_URL and REDIS_URL name them.
ARG BUILD_IMAGE=docker.io/library/golang:1.26-bookworm
ARG BASE_IMAGE=gcr.io/distroless/static-debian12:nonroot

FROM ${BUILD_IMAGE} AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=${VERSION}" -o /sadasya ./cmd/sadasya

FROM ${BASE_IMAGE}
COPY --from=build /sadasya /sadasya
# An empty DATA_DIR: there are no stores of its own here.
ENV DATA_DIR="" LISTEN_ADDR=0.0.0.0:8080 OPS_ADDR=0.0.0.0:9090
EXPOSE 8080
USER 65532:65532
ENTRYPOINT ["/sadasya"]
CMD ["serve"]
