// Boots Swagger UI from our own files: the policy of the page allows nothing inline or from outside.
/* global SwaggerUIBundle */
const page = document.getElementById("docs");

SwaggerUIBundle({
  domNode: page,
  url: page.dataset.schema,
  deepLinking: true,
  docExpansion: "none",
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
  requestInterceptor: (request) => {
    const writes = !["GET", "HEAD"].includes(request.method ?? "GET");
    if (writes && !request.headers.Authorization) request.headers["X-CSRFToken"] = page.dataset.csrf;
    return request;
  },
});
