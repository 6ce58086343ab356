<?php
// Makes the SimpleSAMLphp of FOLDER know a service provider, from that provider's own metadata:
//
//   SIMPLESAMLPHP_CONFIG_DIR=FOLDER/config php trust.php FOLDER '{"options": …}' < metadata.xml
//
// The metadata goes through SimpleSAMLphp's own parser, so it is tried by a real reader. The options are SimpleSAMLphp's, laid over what
// the metadata says, such as {"assertion.encryption": true}. Prints the entity ID.

[, $folder, $options] = $argv + [1 => '', 2 => '{}'];
require (getenv('SIMPLESAMLPHP') ?: '/usr/share/simplesamlphp') . '/lib/_autoload.php';

$sp = SimpleSAML\Metadata\SAMLParser::parseString(stream_get_contents(STDIN))->getMetadata20SP();
if ($sp === null) {
    fwrite(STDERR, "trust: this is not the metadata of a SAML 2.0 service provider\n");
    exit(1);
}
unset($sp['entityDescriptor'], $sp['expire']);
$sp = json_decode($options, true, 512, JSON_THROW_ON_ERROR) + [
    'validate.authnrequest' => true, 'validate.logout' => true, 'sign.logout' => true,
    'saml20.sign.response' => true, 'saml20.sign.assertion' => true,
    // A lasting identifier: the account name there.
    'NameIDFormat' => 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent', 'simplesaml.nameidattribute' => 'uid',
] + $sp;
file_put_contents("$folder/metadata/sp-" . sha1($sp['entityid']) . '.json', json_encode($sp, JSON_PRETTY_PRINT | JSON_THROW_ON_ERROR));
echo $sp['entityid'], "\n";
