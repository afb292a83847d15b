# One image for the peer server and the operator; `npm run image` bundles the code first and then builds this.
# Any base with node on the PATH below will do; the default has neither shell nor package manager.
ARG NODE_IMAGE=gcr.io/distroless/nodejs24-debian12:nonroot
FROM ${NODE_IMAGE}
ARG VERSION=dev
LABEL org.opencontainers.image.title="Rollcall" \
      org.opencontainers.image.description="Peers that ping each other, and the operator that runs them" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}"
ENV PATH=/nodejs/bin:/usr/local/bin:/usr/bin:/bin \
    NODE_ENV=production
COPY LICENSE build/image/ /app/
USER 65532:65532
ENTRYPOINT ["node", "/app/rollcall.mjs"]
