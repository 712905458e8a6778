// Shows the API's document. Requests that are tried here go out with the session of whoever is logged in.
window.SwaggerUIBundle({
  url: "/api/openapi.json",
  dom_id: "#api",
  deepLinking: true,
  docExpansion: "none",
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  filter: true,
  tagsSorter: "alpha",
  validatorUrl: null,
});
