#!/usr/bin/env bash
# SimpleSAMLphp (Debian's package) as a SAML identity provider on loopback, for tests and for trying things by hand.
#
#   simplesamlphp.sh FOLDER PORT
#
# Lays out its whole state in FOLDER and then becomes PHP's own web server: end it by its process id. Its metadata is at
#   http://localhost:PORT/simplesamlphp/saml2/idp/metadata.php      entity ID: http://localhost:PORT/idp
# Make it know a service provider with trust.php. Its people are those of FOLDER/users.json (users.json beside this script unless there
# is one already); everybody's password is "secret".
#
# It calls itself localhost while Gatehouse calls itself 127.0.0.1: to a browser these are two sites, as they are in real life, so that
# the answer it posts is a cross-site request.
#
# BASE: where browsers reach it, when something stands in front; with https its cookies are sent along with the posts of other sites, unless
# FOLDER/samesite says Lax. FOLDER/keys.json lies over its own keys. SIGALG: algorithm of its signatures (rsa-sha256). SIMPLESAMLPHP: where the program is (/usr/share/simplesamlphp).
set -euo pipefail
mkdir -p "${1:?folder}"
dir=$(cd "$1" && pwd) port=${2:?port}
here=$(cd "$(dirname "$0")" && pwd)
program=${SIMPLESAMLPHP:-/usr/share/simplesamlphp}
base=${BASE:-http://localhost:$port}

mkdir -p "$dir"/{config,metadata,cert,log,tmp,data,www}
ln -sfn /etc/simplesamlphp/attributemap "$dir/config/attributemap"
ln -sfn "$program/www" "$dir/www/simplesamlphp"
[ -e "$dir/users.json" ] || cp "$here/users.json" "$dir/users.json"
[ -e "$dir/cert/idp.crt" ] || openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj "/CN=SimpleSAMLphp $port" \
  -keyout "$dir/cert/idp.key" -out "$dir/cert/idp.crt" 2>/dev/null

cat > "$dir/config/config.php" <<PHP
<?php
\$config = [
    'baseurlpath' => '$base/simplesamlphp/',
    'certdir' => '$dir/cert/', 'loggingdir' => '$dir/log/', 'datadir' => '$dir/data/', 'tempdir' => '$dir/tmp',
    'metadatadir' => '$dir/metadata/', 'attributenamemapdir' => '$dir/config/attributemap/',
    'secretsalt' => '$(openssl rand -hex 16)', 'auth.adminpassword' => '$(openssl rand -hex 16)',
    'technicalcontact_name' => 'Tests', 'technicalcontact_email' => 'tests@example.org', 'timezone' => 'UTC',
    'trusted.url.domains' => null, 'admin.checkforupdates' => false, 'production' => true,
    'showerrors' => true, 'errorreporting' => false, 'debug' => ['saml' => false, 'backtraces' => true, 'validatexml' => false],
    'logging.level' => SimpleSAML\Logger::NOTICE, 'logging.handler' => 'file', 'logging.logfile' => 'simplesamlphp.log',
    'enable.saml20-idp' => true, 'module.enable' => ['exampleauth' => true, 'core' => true, 'saml' => true],
    // Cookies know no ports, so that several providers on one host need names of their own.
    'session.cookie.name' => 'SimpleSAML$port', 'session.authtoken.cookiename' => 'SimpleSAMLAuth$port',
    'session.phpsession.cookiename' => 'SimpleSAMLPHP$port', 'session.phpsession.savepath' => '$dir/tmp',
    'session.cookie.secure' => $([[ $base = https:* ]] && echo true || echo false), 'store.type' => 'phpsession',
    'session.cookie.samesite' => is_file('$dir/samesite') ? file_get_contents('$dir/samesite') : '$([[ $base = https:* ]] && echo None || echo Lax)',
    'language.available' => ['en'], 'language.default' => 'en', 'theme.use' => 'default',
    'metadata.sources' => [['type' => 'flatfile']], 'authproc.idp' => [], 'authproc.sp' => [],
];
PHP
cat > "$dir/config/authsources.php" <<PHP
<?php
\$config = ['admin' => ['core:AdminPassword'], 'people' => ['exampleauth:UserPass']];
foreach (json_decode(file_get_contents('$dir/users.json'), true, 512, JSON_THROW_ON_ERROR) as \$name => \$attributes) {
    // Every attribute is a list of values.
    \$config['people']["\$name:secret"] = ['uid' => [\$name]] + array_map(fn (\$values) => (array) \$values, \$attributes);
}
PHP
cat > "$dir/metadata/saml20-idp-hosted.php" <<PHP
<?php
\$metadata['$base/idp'] = (is_file('$dir/keys.json') ? json_decode(file_get_contents('$dir/keys.json'), true, 512, JSON_THROW_ON_ERROR) : []) + [
    'host' => '__DEFAULT__', 'privatekey' => 'idp.key', 'certificate' => 'idp.crt', 'auth' => 'people',
    'signature.algorithm' => 'http://www.w3.org/2001/04/xmldsig-more#${SIGALG:-rsa-sha256}',
    'sign.logout' => true, 'redirect.sign' => true, 'validate.logout' => true,
    'SingleSignOnServiceBinding' => ['urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect', 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST'],
    'SingleLogoutServiceBinding' => ['urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect', 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST'],
    'attributes.NameFormat' => 'urn:oasis:names:tc:SAML:2.0:attrname-format:basic',
];
PHP
cat > "$dir/metadata/saml20-sp-remote.php" <<PHP
<?php
// One file a service provider, written by trust.php and read at every request.
foreach (glob('$dir/metadata/sp-*.json') as \$file) {
    \$sp = json_decode(file_get_contents(\$file), true, 512, JSON_THROW_ON_ERROR);
    \$metadata[\$sp['entityid']] = \$sp;
}
PHP

cd "$dir"
export SIMPLESAMLPHP_CONFIG_DIR=$dir/config PHP_CLI_SERVER_WORKERS=4
exec php -d error_reporting='E_ALL&~E_DEPRECATED' -d session.save_path="$dir/tmp" -d auto_prepend_file="$here/cipher.php" -S "127.0.0.1:$port" -t "$dir/www" >"$dir/log/php.log" 2>&1
