# syntax=docker/dockerfile:1
# Gatehouse as one static binary in an empty image: no shell, no package manager, no root.
#
#   docker build -t gatehouse .
#   docker run --read-only -v gatehouse-data:/data -p 8080:8080 -e GATEHOUSE_URL=https://gatehouse.example.com gatehouse

FROM golang:1.26-bookworm AS build
WORKDIR /src
# The modules first: they change less often than the source, so this layer is usually there already.
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o /gatehouse ./cmd/gatehouse && mkdir /data

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /gatehouse /gatehouse
# 65532 is "nonroot" in the images that name it. A new volume takes over this folder's owner.
COPY --from=build --chown=65532:65532 /data /data
USER 65532:65532
WORKDIR /data
VOLUME /data
# SQLite in the volume until GATEHOUSE_DATABASE_URL names a PostgreSQL; then nothing is written to /data.
ENV GATEHOUSE_ADDR=0.0.0.0:8080 \
    GATEHOUSE_DATABASE_URL=sqlite:/data/gatehouse.db
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s --retries=3 CMD ["/gatehouse", "healthcheck"]
ENTRYPOINT ["/gatehouse"]
CMD ["serve"]
